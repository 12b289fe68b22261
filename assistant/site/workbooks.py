"""``GET /template/<unit>-<year>.xlsx``: the workbook to fill in, for the unit's own people; ``-filled`` with what is saved."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.review.handing_out import workbook_for
from assistant.site import log
from assistant.site.files import TYPES
from assistant.site.guard import visitor
from assistant.site.page import NotThere, Services

_NAME = re.compile(r"([0-9]{1,9})-([0-9]{4})(-filled)?\.xlsx")


def routes(services: Services) -> list[Route]:
    """The route of this module."""

    async def workbook(request: Request) -> Response:
        who, found = visitor(request), _NAME.fullmatch(request.path_params["name"])
        if who is None or found is None:
            raise NotThere
        unit, year, filled = int(found.group(1)), int(found.group(2)), bool(found.group(3))
        name, content = await run_in_threadpool(workbook_for, services.record, who.actor, unit, year, filled=filled)
        log.event("workbook", user=who.user_id, size=len(content))
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type=TYPES["findings"], headers=headers)

    return [Route("/template/{name}", workbook, methods=["GET"])]
