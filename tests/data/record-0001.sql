BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	user_id INTEGER, 
	action VARCHAR(40) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	object_id VARCHAR(200) NOT NULL, 
	detail JSON NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (number), 
	CONSTRAINT fk_audit_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_audit_hash UNIQUE (hash)
);
INSERT INTO "audit" VALUES(1,'2026-01-20 08:30:00.123456',NULL,'fill','record','1','{"名": "值", "n": [1, null, true]}','0000000000000000000000000000000000000000000000000000000000000000','5f2bf50ed1ddc57a7a2cb8b3612ad744a28b23320592d854a8b2e54df21b441f');
CREATE TABLE comment_resolutions (
	comment_id INTEGER NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_comment_resolutions PRIMARY KEY (comment_id), 
	CONSTRAINT fk_comment_resolutions_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_comment_resolutions_comment_id FOREIGN KEY(comment_id) REFERENCES comments (id)
);
INSERT INTO "comment_resolutions" VALUES(1,1,'2026-01-20 08:30:00.123456');
CREATE TABLE comments (
	id INTEGER NOT NULL, 
	draft_id INTEGER NOT NULL, 
	paragraph_id INTEGER, 
	text TEXT NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_comments PRIMARY KEY (id), 
	CONSTRAINT fk_comments_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_comments_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id), 
	CONSTRAINT fk_comments_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraphs (id)
);
INSERT INTO "comments" VALUES(1,1,1,'请核对',1,'2026-01-20 08:30:00.123456');
CREATE TABLE decisions (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	reason TEXT NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_decisions PRIMARY KEY (id), 
	CONSTRAINT ck_decisions_kind CHECK (kind IN ('accept', 'reject', 'reopen')), 
	CONSTRAINT fk_decisions_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_decisions_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraphs (id), 
	CONSTRAINT fk_decisions_version_id FOREIGN KEY(version_id) REFERENCES paragraph_versions (id)
);
INSERT INTO "decisions" VALUES(1,1,1,'accept','',1,'2026-01-20 08:30:00.123456');
CREATE TABLE drafts (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	submission_id INTEGER NOT NULL, 
	writer VARCHAR(40) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	prompts JSON NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	brief JSON NOT NULL, 
	content JSON NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	"by" INTEGER, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id), 
	CONSTRAINT ck_drafts_state CHECK (state IN ('draft', 'review', 'final', 'superseded')), 
	CONSTRAINT fk_drafts_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_drafts_submission_id FOREIGN KEY(submission_id) REFERENCES submissions (id), 
	CONSTRAINT fk_drafts_unit_id FOREIGN KEY(unit_id) REFERENCES units (id), 
	CONSTRAINT uq_drafts_unit_id_year_number UNIQUE (unit_id, year, number)
);
INSERT INTO "drafts" VALUES(1,1,2025,1,1,'offline','','{}','f','{}','{}','draft',NULL,'2026-01-20 08:30:00.123456');
CREATE TABLE exports (
	id VARCHAR(36) NOT NULL, 
	draft_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size INTEGER NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_exports PRIMARY KEY (id), 
	CONSTRAINT fk_exports_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_exports_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "exports" VALUES('e1',1,'docx','报告.docx','0000000000000000000000000000000000000000000000000000000000000000',3,'f',1,'2026-01-20 08:30:00.123456');
CREATE TABLE findings (
	id INTEGER NOT NULL, 
	draft_id INTEGER NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	content JSON NOT NULL, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	open BOOLEAN NOT NULL, 
	CONSTRAINT pk_findings PRIMARY KEY (id), 
	CONSTRAINT fk_findings_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id), 
	CONSTRAINT uq_findings_draft_id_fingerprint UNIQUE (draft_id, fingerprint)
);
INSERT INTO "findings" VALUES(1,1,'f','{}','2026-01-20 08:30:00.123456','2026-01-20 08:30:00.123456',1);
CREATE TABLE jobs (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	unit_id INTEGER, 
	year INTEGER, 
	draft_id INTEGER, 
	state VARCHAR(40) NOT NULL, 
	owner VARCHAR(200) NOT NULL, 
	request JSON, 
	progress JSON, 
	message TEXT NOT NULL, 
	result JSON, 
	"by" INTEGER, 
	at DATETIME NOT NULL, 
	started DATETIME, 
	ended DATETIME, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT fk_jobs_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_jobs_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id), 
	CONSTRAINT fk_jobs_unit_id FOREIGN KEY(unit_id) REFERENCES units (id)
);
INSERT INTO "jobs" VALUES('j1','draft',1,2025,NULL,'done','',NULL,NULL,'',NULL,1,'2026-01-20 08:30:00.123456',NULL,NULL);
CREATE TABLE memberships (
	user_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	CONSTRAINT pk_memberships PRIMARY KEY (user_id, unit_id), 
	CONSTRAINT fk_memberships_unit_id FOREIGN KEY(unit_id) REFERENCES units (id), 
	CONSTRAINT fk_memberships_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "memberships" VALUES(1,1);
CREATE TABLE paragraph_versions (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	why VARCHAR(40) NOT NULL, 
	from_version_id INTEGER, 
	fingerprint VARCHAR(200) NOT NULL, 
	"by" INTEGER, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_paragraph_versions PRIMARY KEY (id), 
	CONSTRAINT fk_paragraph_versions_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_paragraph_versions_from_version_id FOREIGN KEY(from_version_id) REFERENCES paragraph_versions (id), 
	CONSTRAINT fk_paragraph_versions_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraphs (id), 
	CONSTRAINT uq_paragraph_versions_paragraph_id_number UNIQUE (paragraph_id, number)
);
INSERT INTO "paragraph_versions" VALUES(1,1,1,'drafted',NULL,'f',NULL,'2026-01-20 08:30:00.123456');
CREATE TABLE paragraphs (
	id INTEGER NOT NULL, 
	draft_id INTEGER NOT NULL, 
	part VARCHAR(40) NOT NULL, 
	position INTEGER NOT NULL, 
	heading TEXT NOT NULL, 
	retired_at DATETIME, 
	CONSTRAINT pk_paragraphs PRIMARY KEY (id), 
	CONSTRAINT fk_paragraphs_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "paragraphs" VALUES(1,1,'s1.active',0,'',NULL);
CREATE TABLE rulings (
	id INTEGER NOT NULL, 
	draft_id INTEGER NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	why TEXT NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_rulings PRIMARY KEY (id), 
	CONSTRAINT ck_rulings_verdict CHECK (verdict IN ('accept', 'withdraw')), 
	CONSTRAINT fk_rulings_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_rulings_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "rulings" VALUES(1,1,'f','accept','已核对',1,'2026-01-20 08:30:00.123456');
CREATE TABLE sentences (
	id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	rendered TEXT NOT NULL, 
	sources JSON NOT NULL, 
	writer VARCHAR(40) NOT NULL, 
	gap VARCHAR(200), 
	attempts JSON NOT NULL, 
	CONSTRAINT pk_sentences PRIMARY KEY (id), 
	CONSTRAINT fk_sentences_version_id FOREIGN KEY(version_id) REFERENCES paragraph_versions (id), 
	CONSTRAINT uq_sentences_version_id_position UNIQUE (version_id, position)
);
INSERT INTO "sentences" VALUES(1,1,0,'新收{t3.new.total}件。','新收41件。','["t3.new.total"]','offline',NULL,'[]');
CREATE TABLE sessions (
	token_hash VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	seen DATETIME NOT NULL, 
	expires DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "sessions" VALUES('0000000000000000000000000000000000000000000000000000000000000000',1,'2026-01-20 08:30:00.123456','2026-01-20 08:30:00.123456','2026-01-20 08:30:00.123456');
CREATE TABLE signoffs (
	id INTEGER NOT NULL, 
	draft_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	reason TEXT, 
	fingerprint VARCHAR(200) NOT NULL, 
	findings JSON NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_signoffs PRIMARY KEY (id), 
	CONSTRAINT ck_signoffs_kind CHECK (kind IN ('sign', 'withdraw')), 
	CONSTRAINT fk_signoffs_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_signoffs_draft_id FOREIGN KEY(draft_id) REFERENCES drafts (id)
);
INSERT INTO "signoffs" VALUES(1,1,'sign',NULL,'f','[]',1,'2026-01-20 08:30:00.123456');
CREATE TABLE submissions (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	content JSON NOT NULL, 
	previous JSON, 
	origin VARCHAR(40) NOT NULL, 
	upload_id VARCHAR(36), 
	sha256 VARCHAR(64) NOT NULL, 
	"by" INTEGER, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_submissions PRIMARY KEY (id), 
	CONSTRAINT fk_submissions_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_submissions_unit_id FOREIGN KEY(unit_id) REFERENCES units (id), 
	CONSTRAINT fk_submissions_upload_id FOREIGN KEY(upload_id) REFERENCES uploads (id), 
	CONSTRAINT uq_submissions_unit_id_year_number UNIQUE (unit_id, year, number)
);
INSERT INTO "submissions" VALUES(1,1,2025,1,'{"注": "新收 41 件"}',NULL,'grid',NULL,'0000000000000000000000000000000000000000000000000000000000000000',1,'2026-01-20 08:30:00.123456');
CREATE TABLE suggestions (
	id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	base_version_id INTEGER NOT NULL, 
	group_key VARCHAR(40) NOT NULL, 
	instruction TEXT NOT NULL, 
	sentences JSON NOT NULL, 
	writer VARCHAR(40) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	usage JSON, 
	state VARCHAR(40) NOT NULL, 
	"by" INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	decided_by INTEGER, 
	decided_at DATETIME, 
	CONSTRAINT pk_suggestions PRIMARY KEY (id), 
	CONSTRAINT ck_suggestions_state CHECK (state IN ('open', 'accepted', 'rejected')), 
	CONSTRAINT fk_suggestions_base_version_id FOREIGN KEY(base_version_id) REFERENCES paragraph_versions (id), 
	CONSTRAINT fk_suggestions_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_suggestions_decided_by FOREIGN KEY(decided_by) REFERENCES users (id), 
	CONSTRAINT fk_suggestions_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraphs (id)
);
INSERT INTO "suggestions" VALUES(1,1,1,'g','','[]','offline','',NULL,'open',1,'2026-01-20 08:30:00.123456',NULL,NULL);
CREATE TABLE units (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	region VARCHAR(200) NOT NULL, 
	profile JSON, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_units PRIMARY KEY (id), 
	CONSTRAINT uq_units_name UNIQUE (name)
);
INSERT INTO "units" VALUES(1,'示例县教育局','dept','示例县',NULL,'2026-01-20 08:30:00.123456');
CREATE TABLE unsaved (
	user_id INTEGER NOT NULL, 
	paragraph_id INTEGER NOT NULL, 
	base_number INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_unsaved PRIMARY KEY (user_id, paragraph_id), 
	CONSTRAINT fk_unsaved_paragraph_id FOREIGN KEY(paragraph_id) REFERENCES paragraphs (id), 
	CONSTRAINT fk_unsaved_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "unsaved" VALUES(1,1,1,'正在写','2026-01-20 08:30:00.123456');
CREATE TABLE uploads (
	id VARCHAR(36) NOT NULL, 
	unit_id INTEGER, 
	"by" INTEGER NOT NULL, 
	original_name VARCHAR(200) NOT NULL, 
	stored_name VARCHAR(200) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size INTEGER NOT NULL, 
	type VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_uploads PRIMARY KEY (id), 
	CONSTRAINT fk_uploads_by FOREIGN KEY("by") REFERENCES users (id), 
	CONSTRAINT fk_uploads_unit_id FOREIGN KEY(unit_id) REFERENCES units (id)
);
INSERT INTO "uploads" VALUES('u1',1,1,'填报.xlsx','u1','0000000000000000000000000000000000000000000000000000000000000000',3,'xlsx','2026-01-20 08:30:00.123456');
CREATE TABLE users (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	password_hash TEXT NOT NULL, 
	must_change BOOLEAN NOT NULL, 
	failed INTEGER NOT NULL, 
	locked_until DATETIME, 
	disabled_at DATETIME, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT ck_users_role CHECK (role IN ('drafter', 'reviewer', 'admin')), 
	CONSTRAINT uq_users_key UNIQUE ("key")
);
INSERT INTO "users" VALUES(1,'李四','李四','drafter','x',1,0,NULL,NULL,'2026-01-20 08:30:00.123456');
CREATE INDEX ix_memberships_unit_id ON memberships (unit_id);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_uploads_unit_id ON uploads (unit_id);
CREATE INDEX ix_exports_draft_id ON exports (draft_id);
CREATE INDEX ix_jobs_draft_id ON jobs (draft_id);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_jobs_unit_id ON jobs (unit_id);
CREATE INDEX ix_paragraphs_draft_id ON paragraphs (draft_id);
CREATE INDEX ix_decisions_paragraph_id ON decisions (paragraph_id);
CREATE INDEX ix_decisions_version_id ON decisions (version_id);
CREATE INDEX ix_suggestions_paragraph_id ON suggestions (paragraph_id);
CREATE INDEX ix_rulings_draft_id ON rulings (draft_id);
CREATE INDEX ix_comments_draft_id ON comments (draft_id);
CREATE INDEX ix_signoffs_draft_id ON signoffs (draft_id);
CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions BEGIN SELECT RAISE(ABORT, 'append-only: submissions'); END;
CREATE TRIGGER paragraph_versions_no_delete BEFORE DELETE ON paragraph_versions BEGIN SELECT RAISE(ABORT, 'append-only: paragraph_versions'); END;
CREATE TRIGGER sentences_no_delete BEFORE DELETE ON sentences BEGIN SELECT RAISE(ABORT, 'append-only: sentences'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only: decisions'); END;
CREATE TRIGGER rulings_no_delete BEFORE DELETE ON rulings BEGIN SELECT RAISE(ABORT, 'append-only: rulings'); END;
CREATE TRIGGER comments_no_delete BEFORE DELETE ON comments BEGIN SELECT RAISE(ABORT, 'append-only: comments'); END;
CREATE TRIGGER comment_resolutions_no_delete BEFORE DELETE ON comment_resolutions BEGIN SELECT RAISE(ABORT, 'append-only: comment_resolutions'); END;
CREATE TRIGGER signoffs_no_delete BEFORE DELETE ON signoffs BEGIN SELECT RAISE(ABORT, 'append-only: signoffs'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only: audit'); END;
CREATE TRIGGER units_no_delete BEFORE DELETE ON units BEGIN SELECT RAISE(ABORT, 'append-only: units'); END;
CREATE TRIGGER users_no_delete BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'append-only: users'); END;
CREATE TRIGGER uploads_no_delete BEFORE DELETE ON uploads BEGIN SELECT RAISE(ABORT, 'append-only: uploads'); END;
CREATE TRIGGER drafts_no_delete BEFORE DELETE ON drafts BEGIN SELECT RAISE(ABORT, 'append-only: drafts'); END;
CREATE TRIGGER paragraphs_no_delete BEFORE DELETE ON paragraphs BEGIN SELECT RAISE(ABORT, 'append-only: paragraphs'); END;
CREATE TRIGGER suggestions_no_delete BEFORE DELETE ON suggestions BEGIN SELECT RAISE(ABORT, 'append-only: suggestions'); END;
CREATE TRIGGER exports_no_delete BEFORE DELETE ON exports BEGIN SELECT RAISE(ABORT, 'append-only: exports'); END;
CREATE TRIGGER submissions_no_update BEFORE UPDATE ON submissions BEGIN SELECT RAISE(ABORT, 'append-only: submissions'); END;
CREATE TRIGGER paragraph_versions_no_update BEFORE UPDATE ON paragraph_versions BEGIN SELECT RAISE(ABORT, 'append-only: paragraph_versions'); END;
CREATE TRIGGER sentences_no_update BEFORE UPDATE ON sentences BEGIN SELECT RAISE(ABORT, 'append-only: sentences'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only: decisions'); END;
CREATE TRIGGER rulings_no_update BEFORE UPDATE ON rulings BEGIN SELECT RAISE(ABORT, 'append-only: rulings'); END;
CREATE TRIGGER comments_no_update BEFORE UPDATE ON comments BEGIN SELECT RAISE(ABORT, 'append-only: comments'); END;
CREATE TRIGGER comment_resolutions_no_update BEFORE UPDATE ON comment_resolutions BEGIN SELECT RAISE(ABORT, 'append-only: comment_resolutions'); END;
CREATE TRIGGER signoffs_no_update BEFORE UPDATE ON signoffs BEGIN SELECT RAISE(ABORT, 'append-only: signoffs'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only: audit'); END;
CREATE TRIGGER drafts_no_rewriting BEFORE UPDATE OF submission_id, writer, model, prompts, fingerprint, brief, content ON drafts BEGIN SELECT RAISE(ABORT, 'append-only: drafts'); END;
COMMIT;
