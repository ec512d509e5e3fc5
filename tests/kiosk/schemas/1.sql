-- The tally as fjes 0.1.0 kept it, schema 1, with some of everything. Never change this file.
BEGIN TRANSACTION;
CREATE TABLE life (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    installation TEXT NOT NULL,  -- the current one; older ones live on in their sheets
    next TEXT NOT NULL,          -- name for what is counted since the last start, should no hello answer it
    waiting TEXT NOT NULL,       -- name for what waits for a trusted clock since then
    machine TEXT NOT NULL,
    confirmed INTEGER NOT NULL,  -- a hello was answered since the start that the notes were taken at
    gathered INTEGER NOT NULL,   -- votes since the last release
    day TEXT NOT NULL,           -- local day of the newest of them
    trusted TEXT NOT NULL,       -- last hour at which the clock was trusted, in ISO form, or empty
    forgotten TEXT NOT NULL      -- sheets that ended by this day may have been forgotten, or empty
);
INSERT INTO "life" VALUES(1,'installation-1','installation-2','installation-3','machine-1',1,5,'2026-03-24','2026-03-24T14:00:00+01:00','');
CREATE TABLE provisional (
    boot TEXT NOT NULL,
    survey TEXT NOT NULL,
    tbl TEXT NOT NULL,
    hour INTEGER NOT NULL,  -- hours since boot at which the tally's stretch begins
    cell TEXT NOT NULL,
    installation TEXT NOT NULL,  -- that these go to; empty for the current one
    count INTEGER NOT NULL,
    PRIMARY KEY (boot, survey, tbl, hour, cell, installation)
) WITHOUT ROWID;
INSERT INTO "provisional" VALUES('boot-2','visit@1','answers',0,'4:none','',2);
INSERT INTO "provisional" VALUES('boot-2','visit@1','faces',0,'4','',2);
INSERT INTO "provisional" VALUES('boot-2','visit@1','languages',0,'4:nb','',2);
INSERT INTO "provisional" VALUES('boot-2','visit@1','pattern',2,'4','',2);
CREATE TABLE sheets (
    installation TEXT NOT NULL,
    survey TEXT NOT NULL,
    tbl TEXT NOT NULL,
    period TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{}',    -- as counted, never sent
    released TEXT NOT NULL DEFAULT '{}',  -- as they were when `revision` was released
    coarse INTEGER NOT NULL DEFAULT 0,    -- it was sent by score alone
    revision INTEGER NOT NULL DEFAULT 0,
    acked INTEGER NOT NULL DEFAULT 0,     -- newest revision on the collector's disk
    acked_day TEXT NOT NULL DEFAULT '',   -- local day since when nothing is owed, or empty
    estimated INTEGER NOT NULL DEFAULT 0,
    noted_counts TEXT NOT NULL DEFAULT '{}',  -- this and three above, when the terminal started
    noted_released TEXT NOT NULL DEFAULT '{}',
    noted_coarse INTEGER NOT NULL DEFAULT 0,
    noted_revision INTEGER NOT NULL DEFAULT 0,
    kept_revision INTEGER NOT NULL DEFAULT 0,   -- the newest that is kept for what was noted
    PRIMARY KEY (installation, survey, tbl, period)
) WITHOUT ROWID;
INSERT INTO "sheets" VALUES('installation-1','visit@1','answers','2026-03','{"1:unsafe":2,"3:none":3,"4:help":5}','{"1:unsafe":2,"4:help":5}',0,1,1,'2026-03-24',0,'{}','{}',0,0,0);
INSERT INTO "sheets" VALUES('installation-1','visit@1','faces','2026-03-24','{"1":2,"3":3,"4":5}','{"1":2,"4":5}',0,1,0,'',0,'{}','{}',0,0,0);
INSERT INTO "sheets" VALUES('installation-1','visit@1','languages','2026-03','{"1:nb":2,"3:nb":3,"4:th":5}','{"1:nb":2,"4:th":5}',0,1,1,'2026-03-24',0,'{}','{}',0,0,0);
INSERT INTO "sheets" VALUES('installation-1','visit@1','pattern','2026-03','{"1:2-14":2,"3:2-14":3,"4:2-14":5}','{"1:2-14":2,"4:2-14":5}',0,1,1,'2026-03-24',0,'{}','{}',0,0,0);
INSERT INTO "sheets" VALUES('installation-1','visit@1','suspect','2026-03','{"2":1}','{"2":1}',0,1,1,'2026-03-24',0,'{}','{}',0,0,0);
CREATE TABLE trial (  -- what nobody reads, written to find out whether the disk takes it
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    writes INTEGER NOT NULL
);
INSERT INTO "trial" VALUES(1,1);
COMMIT;
PRAGMA user_version = 1;
