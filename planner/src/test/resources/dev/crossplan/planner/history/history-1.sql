-- The tables that history.db had in its version 1, and a row each of a build that failed and of one that did not.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  derivation TEXT NOT NULL,
  built TEXT NOT NULL,
  package TEXT NOT NULL,
  version TEXT NOT NULL,
  host TEXT,
  action TEXT NOT NULL,
  strategy TEXT,
  builder TEXT,
  started INTEGER NOT NULL,
  seconds REAL NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('built', 'failed')),
  reason TEXT,
  lasting INTEGER NOT NULL,
  run TEXT NOT NULL,
  manifest TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT 'build'
);
CREATE INDEX attempt_by_derivation ON attempt (derivation, strategy);
CREATE INDEX attempt_by_built ON attempt (built);
CREATE INDEX attempt_by_package ON attempt (package, strategy);
PRAGMA application_id = 1668445040;
PRAGMA user_version = 1;
INSERT INTO attempt VALUES(1,'/nix/store/00000000000000000000000000000000-curl-8.drv','/nix/store/00000000000000000000000000000000-curl-8.drv','curl','8','riscv64-linux','build','cross','desk',1795823940000,12.5,'failed','exit code 2',1,'run','crossplan.toml','build');
INSERT INTO attempt VALUES(2,'/nix/store/00000000000000000000000000000000-curl-9.drv','/nix/store/00000000000000000000000000000000-curl-9.drv','curl','9','riscv64-linux','build','emulated','desk',1795823940000,10.5,'built',NULL,1,'run','crossplan.toml','build');
