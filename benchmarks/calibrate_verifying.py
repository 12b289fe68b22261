"""How well the verifier tells sound sentences from spoilt ones: ``python -m benchmarks.calibrate_verifying [--write]``.

Sound sentences are those of the offline writer and of the competent author of the tests over every evaluation case. Each is then
spoilt by rules, one change at a time, and judged again; a spoilt sentence that another sound one of the part states anyway is
left out. ``--write`` puts the table into docs/benchmarks-verifying.md, ``--show`` prints what slipped through.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from assistant.drafting.assemble import draft_report
from assistant.drafting.evaluate import read_cases
from assistant.drafting.model.contract import WrittenSentence
from assistant.drafting.model.material import SLOT, PartMaterial
from assistant.drafting.model.residue import residue
from assistant.drafting.model.support import Evidence, evidence_of, lists
from assistant.drafting.model.verify import Verifier
from assistant.drafting.model.writer import ModelWriter
from assistant.form import default_registry
from assistant.intake import read_input
from benchmarks.page import MODEL, put
from tests.model.author import Author

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "corpus" / "eval" / "cases.json"
PAGE = MODEL.with_name("benchmarks-verifying.md")
REGISTRY = default_registry()

_DEED = (
    "公开|发布|印发|召开|举办|开展|组织|建立|建成|更新|答复|办结|整改|核对|检查|培训|通报|回访|修订|编制|制发|收到|收取|增设|配备|清理"
    "|公布|确定|采纳|登载|推送|完成|通过|设立|配发|标注|审核|报送|解读|受理|新增|开通|上线|制定|抽查"
)
_VERB = re.compile(
    f"(?<![有未不没无予已将拟再被以的])(?:{_DEED})(?!栏|件|目录|指南|属性|制度|平台|条例|工作|申请|形式|渠道|专区|点|员|会|人|意见|情况)"
)


@dataclass(frozen=True)
class Sound:
    """A sound sentence with the part it belongs to and who wrote it."""

    writer: str
    material: PartMaterial
    written: WrittenSentence


Rule = Callable[[str], Iterator[str]]


def swaps(*pairs: tuple[str, str]) -> Rule:
    """Each occurrence of a pattern replaced by itself, one at a time."""
    compiled = [(re.compile(pattern), other) for pattern, other in pairs]

    def spoil(text: str) -> Iterator[str]:
        for pattern, other in compiled:
            for match in pattern.finditer(text):
                yield text[: match.start()] + match.expand(other) + text[match.end() :]

    return spoil


def before_verbs(*words: str) -> Rule:
    """A word set before each verb of a deed, the words in turn."""

    def spoil(text: str) -> Iterator[str]:
        for number, match in enumerate(_VERB.finditer(text)):
            if _outside(text, match.start()):
                yield text[: match.start()] + words[number % len(words)] + text[match.start() :]

    return spoil


def _outside(text: str, at: int) -> bool:
    """Whether a place is outside titles, quotations and slots."""
    return not any(m.start() < at < m.end() for m in re.finditer(r"《[^《》]*》|“[^“”]*”|\{[^{}]*\}", text))


KINDS: dict[str, Rule] = {
    "negation dropped": swaps(
        (f"(?<![从尚])未(?={_DEED}|发生|按|及时|编|说明|建|设|开|列|采|出现|发现|审结)", "已"),
        (r"尚未|还没有|没有(?=制|废|新|结|收|发|更|公|按|建|编|开)", "已"),
        (r"不予(?!处理)|不再|不能|不得", "予以"),
        (r"(?<![有])没有(?=[^制废新结收发更公按建编开])", "有"),
        (r"无(?=结转|在办|申请|自建|新增)", "有"),
        (r"无法", "可以"),
    ),
    "negation added": before_verbs("未", "没有", "不再"),
    "all not done": swaps((r"均|都(?=已|在|由)", "均未"), (r"已(?!办结|经解决)", "未")),
    "direction": swaps(
        (r"增加(?=\{)", "减少"),
        (r"减少(?=\{)", "增加"),
        (r"增长(?=\{)", "下降"),
        (r"下降(?=\{)", "增长"),
        (r"增至", "减至"),
        (r"减至", "增至"),
        (r"(?<!新)增加到?(?=[^{])", "减少"),
        (r"减少(?=[^{])", "增加"),
        (r"上升", "下降"),
        (r"提高(?=[^了]|$)", "降低"),
    ),
    "outcome": swaps(
        (r"(?<!不)予以公开", "不予公开"),
        (r"不予公开", "予以公开"),
        (r"维持", "纠正"),
        (r"纠正", "维持"),
        (r"已经解决", "仍在整改"),
        (r"仍在整改", "已经解决"),
        (r"部分解决", "已经解决"),
        (r"驳回", "支持"),
        (r"(?<!未)(?<!没)审结", "尚未审结"),
        (r"尚未审结", "均已审结"),
    ),
    "qualifier widened": swaps(
        (r"部分(?!公开|解决)", "全部"),
        (r"个别|少数|有的|一些", "所有"),
        (r"试点", "全面"),
        (r"多数|大多|大部分", "全部"),
        (r"主要(?=是|由|为|涉及|来自)", "全部"),
        (r"基本(?!目录|信息)|初步", "全面"),
        (r"逐步|分批", "一次"),
    ),
    "qualifier dropped": swaps(
        (
            r"部分(?!公开|解决)|个别|少数|多数|大多|试点|基本(?!信息|情况|公|目录)|初步|(?<!修改)(?<!培训)计划|拟(?!定)|力争|争取|准备|打算",
            "",
        ),
        (r"仅|只(?=有|是|在)", ""),
    ),
    "plan told as done": swaps(
        (r"(?<![\u4e00-\u9fff])将(?=[\u4e00-\u9fff])|拟(?!定)|计划(?=[\u4e00-\u9fff])|准备|力争|争取", "已"),
        (r"\{year\.next\}年(?:起|内)?[，]?", "{year}年已"),
        (r"(?:改进措施|其他改进措施)：", r"\g<0>已"),
        (r"(\d{1,2}月)(?:底)?前", r"\1已"),
    ),
    "done told as plan": before_verbs("将", "拟", "计划"),
    "degree added": before_verbs("显著", "大幅", "全面", "圆满", "有效", "积极", "深入", "切实", "充分", "大力"),
    "first added": before_verbs("首次", "率先"),
    "all added": before_verbs("全部", "一律", "及时", "按期"),
    "year": swaps((r"\{year\.prev\}", "{year}"), (r"\{year\.next\}", "{year}"), (r"\{year\}", "{year.prev}")),
    "month": swaps((r"(?<!\d)([1-8])月", "9月"), (r"(?<!\d)(9|1[0-2])月", "2月")),
}


def slots_swapped(text: str) -> Iterator[str]:
    """Two neighbouring figures in each other's place."""
    found = list(SLOT.finditer(text))
    for one, two in pairwise(found):
        if not {one[1], two[1]} & {"year", "year.prev", "year.next", "period"}:
            yield text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


KINDS["figures swapped"] = slots_swapped


def sound_sentences() -> Iterator[Sound]:
    """Every sentence of the offline writer and the author on the points a model is asked for."""
    for case in read_cases(CASES):
        path = CASES.parent / case.submission
        if case.optional and not path.exists():
            continue
        previous = read_input(CASES.parent / case.previous, REGISTRY).submission if case.previous else None
        writer = ModelWriter(Author())
        draft_report(read_input(path, REGISTRY).submission, REGISTRY, previous=previous, writer=writer)
        yield from sound_of(writer)


def sound_of(writer: ModelWriter) -> Iterator[Sound]:
    """The first answers a writer got for each part, and the offline sentences on the same points."""
    for key, result in writer.results.items():
        material = writer.materials[key]
        for each in result.rounds[:1]:
            yield from (Sound("author", material, written) for written in each.written)
        for item in material.open:
            for sentence in item.offline:
                own = WrittenSentence(items=[item.number], text=sentence.text, sources=list(sentence.sources))
                yield Sound("offline", material, own)


def spoilt(sound: Sound) -> Iterator[tuple[str, str]]:
    """Each way a sentence is spoilt: the kind and the text."""
    for kind, rule in KINDS.items():
        for text in rule(sound.written.text):
            if not _harmless(kind, sound, text):
                yield kind, text


def holds(verifier: Verifier, written: WrittenSentence) -> tuple[bool, str]:
    """Whether a sentence stands, and the first reason if not."""
    judged = verifier.sentence(written)
    if judged.holds:
        judged = verifier.judge([written])[0]
    return judged.holds, judged.faults[0].code if judged.faults else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks-verifying.md")
    parser.add_argument("--show", default="", help="print what slipped through of a kind, or 'sound' for the false refusals")
    given = parser.parse_args()
    lines = list(table(given.show))
    print("\n".join(lines))
    if given.write:
        put(PAGE, "Sentences of the program's own writers", (*_HEAD, *lines))


_HEAD = (
    "`python -m benchmarks.calibrate_verifying --write`. Sound: every sentence of the offline writer and of the competent author",
    "over the cases of `corpus/eval`. Spoilt: the same sentences, one change at a time by the rules of the program.",
    'Left out: what another sound sentence says anyway, and "all are" where the figures named make up the whole.',
    "",
)


def table(show: str) -> Iterator[str]:
    started = time.process_time()
    verifiers: dict[int, Verifier] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    kept: list[Sound] = []
    heaviest: list[float] = []
    seen: set[tuple[int, str]] = set()
    for each in sound_sentences():
        verifier = verifiers.setdefault(id(each.material), Verifier(each.material))
        stands, why = holds(verifier, each.written)
        counts[each.writer]["right" if stands else "wrong"] += 1
        if not stands and show == "sound":
            print(each.writer, each.material.key, each.written.text, verifier.sentence(each.written).faults)
        heaviest.append(max((weight for _left, weight in residue(each.written.text, _evidence(each).words)), default=0.0))
        if stands and (id(each.material), each.written.text) not in seen:
            seen.add((id(each.material), each.written.text))
            kept.append(each)
    yield "| sound sentences | judged | refused | share |"
    yield "|---|---|---|---|"
    for writer in ("author", "offline"):
        total = counts[writer].total()
        yield f"| {writer} | {total} | {counts[writer]['wrong']} | {counts[writer]['wrong'] / total:.2%} |"
    yield ""
    yield "| spoilt | judged | caught | share | by |"
    yield "|---|---|---|---|---|"
    judged: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for each in kept:
        for kind, text in spoilt(each):
            if (id(each.material), text) in seen:
                continue
            stands, why = holds(verifiers[id(each.material)], each.written.model_copy(update={"text": text}))
            judged[kind]["slipped" if stands else why] += 1
            if stands and show == kind:
                print(each.material.key, text, "|", each.written.text)
    for kind, found in judged.items():
        total = found.total()
        by = "、".join(f"{why} {count}" for why, count in found.most_common(5) if why != "slipped")
        caught = total - found["slipped"]
        yield f"| {kind} | {total} | {caught} | {caught / max(1, total):.1%} | {by} |"
    yield ""
    yield from bounds_table(heaviest)
    yield ""
    yield f"{time.process_time() - started:.0f} s of processor time."


def _harmless(kind: str, each: Sound, text: str) -> bool:
    """Whether a change says nothing wrong: figures of one value in each other's place, a plan told as a plan, all told as all."""
    if kind == "done told as plan" and all(key[:1] == "i" for key in each.written.sources):
        return True
    ledger = each.material.voice.ledger
    for total, parts in re.findall(r"\{([^{}]+)\}件，全部[是为](.*?)(?=[；。]|$)", text) if kind == "qualifier widened" else ():
        if ledger[total].value == sum(ledger[key].value or 0 for key in SLOT.findall(parts)):
            return True
    return ledger.render(text) == ledger.render(each.written.text)


def _evidence(each: Sound) -> Evidence:
    judged = Verifier(each.material).sentence(each.written)
    return evidence_of(each.material, judged.sentence.sources)


def bounds_table(heaviest: list[float]) -> Iterator[str]:
    """The heaviest stretch of each sound sentence that its sources do not answer for, beside the bound of ``data/verify.toml``."""
    yield "| weight of what the sources do not answer for | most of sound | 1 % have more than | bound |"
    yield "|---|---|---|---|"
    values = sorted(heaviest)
    yield f"| stretch | {values[-1]:g} | {values[-1 - len(values) // 100]:g} | {lists().bounds['residue']:g} |"


if __name__ == "__main__":
    main()
