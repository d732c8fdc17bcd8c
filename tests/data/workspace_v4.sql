PRAGMA application_id=1196444487;
PRAGMA user_version=10300;
BEGIN TRANSACTION;
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO "gpkg_contents" VALUES('gridmap_versions','attributes','gridmap_versions','划区方案历史 saved plans','2022-03-05T06:00:29.082Z',NULL,NULL,NULL,NULL,0);
INSERT INTO "gpkg_contents" VALUES('gridmap_exports','attributes','gridmap_exports','导出记录 exported files','2022-03-05T06:00:29.082Z',NULL,NULL,NULL,NULL,0);
INSERT INTO "gpkg_contents" VALUES('grid','features','grid','网格 Grid','2022-03-05T06:00:29.091Z',0.0,0.0,2.0,1.0,4549);
INSERT INTO "gpkg_contents" VALUES('households','features','households','住户 Households','2022-03-05T06:00:29.195Z',0.5,0.5,0.5,0.5,4549);
INSERT INTO "gpkg_contents" VALUES('zones','features','zones','当前划区方案 zones of the current plan','2022-03-05T06:00:29.252Z',0.0,0.0,1.0,1.0,4549);
INSERT INTO "gpkg_contents" VALUES('pins','attributes','pins','指定责任 Duties set by hand','2022-03-05T06:00:29.000Z',NULL,NULL,NULL,NULL,0);
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO "gpkg_extensions" VALUES('gpkg_spatial_ref_sys','definition_12_063','gpkg_crs_wkt','http://www.geopackage.org/spec130/#extension_crs_wkt','read-write');
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO "gpkg_geometry_columns" VALUES('grid','geometry','POLYGON',4549,0,0);
INSERT INTO "gpkg_geometry_columns" VALUES('households','geometry','POINT',4549,0,0);
INSERT INTO "gpkg_geometry_columns" VALUES('zones','geometry','MULTIPOLYGON',4549,0,0);
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT,
  definition_12_063 TEXT NOT NULL DEFAULT 'undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined Cartesian SRS',-1,'NONE',-1,'undefined','undefined Cartesian CRS','undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined geographic SRS',0,'NONE',0,'undefined','undefined geographic CRS','undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('WGS 84 geodetic',4326,'EPSG',4326,'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',NULL,'GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["World Geodetic System 1984 (Transit)"],MEMBER["World Geodetic System 1984 (G730)"],MEMBER["World Geodetic System 1984 (G873)"],MEMBER["World Geodetic System 1984 (G1150)"],MEMBER["World Geodetic System 1984 (G1674)"],MEMBER["World Geodetic System 1984 (G1762)"],MEMBER["World Geodetic System 1984 (G2139)"],MEMBER["World Geodetic System 1984 (G2296)"],ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]],ENSEMBLEACCURACY[2.0]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],USAGE[SCOPE["Horizontal component of 3D system."],AREA["World."],BBOX[-90,-180,90,180]],ID["EPSG",4326]]');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('CGCS2000 / 3-degree Gauss-Kruger CM 120E',4549,'EPSG',4549,'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",120],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","4549"]]',NULL,'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4490]],CONVERSION["3-degree Gauss-Kruger CM 120E",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",120,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]],USAGE[SCOPE["Cadastre, engineering survey, topographic mapping (large scale)."],AREA["China - onshore between 118°30''E and 121°30''E."],BBOX[24.43,118.5,53.33,121.5]],ID["EPSG",4549]]');
CREATE TABLE "grid" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "cell_id" TEXT, "geometry" POLYGON);
INSERT INTO "grid" VALUES(1,'a',X'47500003C51100000000000000000000000000000000F03F0000000000000000000000000000F03F01030000000100000005000000000000000000F03F0000000000000000000000000000F03F000000000000F03F0000000000000000000000000000F03F00000000000000000000000000000000000000000000F03F0000000000000000');
INSERT INTO "grid" VALUES(2,'b',X'47500003C5110000000000000000F03F00000000000000400000000000000000000000000000F03F01030000000100000005000000000000000000004000000000000000000000000000000040000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000000000000000000000400000000000000000');
CREATE TABLE gridmap_benches (
  bench TEXT NOT NULL PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, began TEXT NOT NULL,
  time TEXT NOT NULL, follows TEXT NOT NULL);
INSERT INTO "gridmap_benches" VALUES('a2e53dc5072f434c9280ddf504d135eb','office',4321,'1','2022-03-05T06:00:29+00:00','');
CREATE TABLE gridmap_branch_saves (save INTEGER NOT NULL PRIMARY KEY, branch TEXT NOT NULL);
INSERT INTO "gridmap_branch_saves" VALUES(2,'larger');
CREATE TABLE gridmap_branches (
  name TEXT NOT NULL PRIMARY KEY, start INTEGER NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL);
INSERT INTO "gridmap_branches" VALUES('larger',1,'王','2022-03-05T06:00:29+00:00');
CREATE TABLE gridmap_drawn_cells (fingerprint BLOB NOT NULL, cells INTEGER NOT NULL, arcs INTEGER NOT NULL, west REAL NOT NULL, south REAL NOT NULL, step REAL NOT NULL, data BLOB NOT NULL, areas BLOB NOT NULL);
INSERT INTO "gridmap_drawn_cells" VALUES(X'2B153A13E51F50A5D9BB4EF71EF171F43C86651116BC2D9A0D474378323AA0D1',2,3,12858853.0,0.0,0.1,X'474D43317801636060626264666061616060626161526260101166E3E41461E5E20200060E00AB',X'A7CEB36A86CDEF3FAEC8457786CDEF3F');
CREATE TABLE gridmap_edits (
  number INTEGER NOT NULL PRIMARY KEY, save INTEGER NOT NULL, edit TEXT NOT NULL);
INSERT INTO "gridmap_edits" VALUES(1,1,'{"edit": "SetTier", "tier": "sealed", "cells": ["a"]}');
INSERT INTO "gridmap_edits" VALUES(2,2,'{"edit": "SetTier", "tier": "controlled", "cells": ["b"]}');
CREATE TABLE gridmap_exports (
  number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, file TEXT NOT NULL,
  audience TEXT NOT NULL, recipient TEXT NOT NULL, persons INTEGER, sha256 TEXT NOT NULL,
  version TEXT NOT NULL);
CREATE TABLE gridmap_layers (
  table_name TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, columns TEXT NOT NULL);
INSERT INTO "gridmap_layers" VALUES('grid',1,'[{"name": "cell_id", "field": "cell_id", "role": "index", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "geometry", "field": "geometry", "role": "shape", "kind": "shape", "dtype": "geometry", "sql_type": "POLYGON"}]');
INSERT INTO "gridmap_layers" VALUES('households',1,'[{"name": "household_id", "field": "household_id", "role": "index", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "head_name", "field": "head_name", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "residents", "field": "residents", "role": "column", "kind": "integer", "dtype": "int64", "sql_type": "INTEGER"}, {"name": "geometry", "field": "geometry", "role": "shape", "kind": "shape", "dtype": "geometry", "sql_type": "POINT"}]');
INSERT INTO "gridmap_layers" VALUES('zones',1,'[{"name": "zone_id", "field": "zone_id", "role": "index", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "tier", "field": "tier", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "name", "field": "name", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "cells", "field": "cells", "role": "column", "kind": "integer", "dtype": "Int64", "sql_type": "INTEGER"}, {"name": "households", "field": "households", "role": "column", "kind": "integer", "dtype": "Int64", "sql_type": "INTEGER"}, {"name": "residents", "field": "residents", "role": "column", "kind": "integer", "dtype": "Int64", "sql_type": "INTEGER"}, {"name": "geometry", "field": "geometry", "role": "shape", "kind": "shape", "dtype": "geometry", "sql_type": "MULTIPOLYGON"}, {"name": "plan_version", "field": "plan_version", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}]');
INSERT INTO "gridmap_layers" VALUES('pins',1,'[{"name": "official_id", "field": "official_id", "role": "index", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "role", "field": "role", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "target_kind", "field": "target_kind", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "target", "field": "target", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}]');
CREATE TABLE gridmap_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "gridmap_meta" VALUES('schema_version','4');
INSERT INTO "gridmap_meta" VALUES('gridmap_version','0.1.0');
INSERT INTO "gridmap_meta" VALUES('zones_version','4e1a404e3773acb9');
CREATE TABLE gridmap_moves (
  number INTEGER NOT NULL PRIMARY KEY, bench TEXT NOT NULL, n INTEGER, time TEXT NOT NULL,
  author TEXT NOT NULL, branch TEXT NOT NULL, kind TEXT NOT NULL, base INTEGER NOT NULL,
  unsaved INTEGER NOT NULL, said TEXT NOT NULL, UNIQUE (bench, n));
INSERT INTO "gridmap_moves" VALUES(1,'a2e53dc5072f434c9280ddf504d135eb',1,'2022-03-05T06:00:29.222+00:00','王','','edit',0,1,'{"edit": "SetTier", "tier": "sealed", "cells": ["a"]}');
INSERT INTO "gridmap_moves" VALUES(2,'a2e53dc5072f434c9280ddf504d135eb',2,'2022-03-05T06:00:29.226+00:00','王','','save',1,0,'');
INSERT INTO "gridmap_moves" VALUES(3,'a2e53dc5072f434c9280ddf504d135eb',3,'2022-03-05T06:00:29.256+00:00','王','larger','branch',1,0,'{"of": "", "course": {"save": 1, "dropped": 0, "closed": false, "moves": [], "at": 0, "marks": []}}');
INSERT INTO "gridmap_moves" VALUES(4,'a2e53dc5072f434c9280ddf504d135eb',4,'2022-03-05T06:00:29.259+00:00','王','larger','edit',1,1,'{"edit": "SetTier", "tier": "controlled", "cells": ["b"]}');
INSERT INTO "gridmap_moves" VALUES(5,'a2e53dc5072f434c9280ddf504d135eb',5,'2022-03-05T06:00:29.260+00:00','李','larger','save',2,0,'');
CREATE TABLE gridmap_pin_log (number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, change TEXT NOT NULL, official_id TEXT NOT NULL, role TEXT NOT NULL, target_kind TEXT NOT NULL, target TEXT NOT NULL);
INSERT INTO "gridmap_pin_log" VALUES(1,'2022-03-05T06:00:29+00:00','王','set','p','grid_head','area','a');
CREATE TABLE gridmap_tables (number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, table_name TEXT NOT NULL, rows_before INTEGER NOT NULL, rows INTEGER NOT NULL);
INSERT INTO "gridmap_tables" VALUES(1,'2022-03-05T06:00:29+00:00','王','grid',0,2);
INSERT INTO "gridmap_tables" VALUES(2,'2022-03-05T06:00:29+00:00','王','households',0,1);
INSERT INTO "gridmap_tables" VALUES(3,'2022-03-05T06:00:29+00:00','王','pins',0,1);
CREATE TABLE gridmap_topology (fingerprint BLOB PRIMARY KEY NOT NULL, runs BLOB NOT NULL);
INSERT INTO "gridmap_topology" VALUES(X'3097E3E8D99A365A135F43C3CBF7F3F4C85450EAA210903569FC96A862462015',X'EC3811335283DD426CAB9D685E22598DCDF36363652590F6BB8A49602BC51E8B789C636064656462F8CF000198340038F20406');
CREATE TABLE gridmap_versions (
  save INTEGER NOT NULL PRIMARY KEY, version TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL,
  reason TEXT NOT NULL, edit_count INTEGER NOT NULL, edits TEXT NOT NULL, content BLOB NOT NULL);
INSERT INTO "gridmap_versions" VALUES(1,'4e1a404e3773acb9','王','2022-03-05T06:00:29+00:00','病例',1,'[1]',X'789C5590C16AC4201884DFE53FA7B0C6AE1AAF7D81C21E4310A3BF6CA8D562DC65DB9077AF26ED420E1E66FC66465CC0A0F7B39AAFBA3D3390C09108C729A7848CAD35746C5DCB3A6BB9A01D1B4FF44C1C79752363E8B4E09DE34C98B1A5441021A8E1021AC813261593C504B28719B5475B6C13434ED1EFE22BE11D439E628061536E7AE00C72F9E7255C8E19096FC79C8477581BF889A106FB1E2E2FA410CF3D5D0E0CA5DDE87447156FB96245077C64F53441920612EA3986BABFD68D98A3895E4D75B5B478FD8D697B9C8FE66387AE3AD8EAE8D2796AB6EDA1D8E9E67107127EEA296C9FB0FC5DA883B7AEBFEE1B7985');
INSERT INTO "gridmap_versions" VALUES(2,'1e8246bb483f9cea','李','2022-03-05T06:00:29+00:00','ring',2,'[1, 2]',X'789C55504B6EC32014BCCB5BBB52308D216C738148595A1602FC50AC52A83089D25ABE7B01B791BC6031F3E6271630E8DC2CE79B6A8F1D086048B865945142743B1AAA5BDB76A771649C9E3A7DA04762C9BBD55D87567176B2ACE346B79470C239358C430369C228431C3182E86146E570CCB4093EC5E036F015F1813E4DC1C350919D9E388358FEF502AE7B8F80F3DE27E0026B033FC11763DFC3F58D64C5AB4FE597C37B38577E57AFEB2D371B151F28C33D95888C3D3E937C9120480311D51C7CD9B696FE9082094E4E65514E71EA1B631DEE82F9D84437E5C7C2A89C7968EAAEA1748A3EC795354316C5BBC34D1EF1534DBE7ED7F277903B6E5D7F015009843C');
CREATE TABLE "households" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "household_id" TEXT, "head_name" TEXT, "residents" INTEGER, "geometry" POINT);
INSERT INTO "households" VALUES(1,'h1','张三',2,X'47500001C51100000101000000000000000000E03F000000000000E03F');
CREATE TABLE "pins" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "official_id" TEXT, "role" TEXT, "target_kind" TEXT, "target" TEXT);
INSERT INTO "pins" VALUES(1,'p','grid_head','area','a');
CREATE TABLE "zones" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "zone_id" TEXT, "tier" TEXT, "name" TEXT, "cells" INTEGER, "households" INTEGER, "residents" INTEGER, "geometry" MULTIPOLYGON, "plan_version" TEXT);
INSERT INTO "zones" VALUES(1,'S-1','sealed','a',1,1,2,X'47500003C51100000000000000000000000000000000F03F0000000000000000000000000000F03F01060000000100000001030000000100000005000000000000000000F03F0000000000000000000000000000F03F000000000000F03F0000000000000000000000000000F03F00000000000000000000000000000000000000000000F03F0000000000000000','4e1a404e3773acb9');
CREATE INDEX gridmap_moves_last ON gridmap_moves (bench, branch, number)
;
CREATE TRIGGER gridmap_versions_no_update BEFORE UPDATE ON gridmap_versions BEGIN SELECT RAISE(ABORT, 'gridmap_versions is never changed, only added to'); END;
CREATE TRIGGER gridmap_versions_no_delete BEFORE DELETE ON gridmap_versions BEGIN SELECT RAISE(ABORT, 'gridmap_versions is never changed, only added to'); END;
CREATE TRIGGER gridmap_versions_no_insert BEFORE INSERT ON gridmap_versions WHEN EXISTS (SELECT 1 FROM gridmap_versions WHERE save = NEW.save) BEGIN SELECT RAISE(ABORT, 'gridmap_versions is never changed, only added to'); END;
CREATE TRIGGER gridmap_edits_no_update BEFORE UPDATE ON gridmap_edits BEGIN SELECT RAISE(ABORT, 'gridmap_edits is never changed, only added to'); END;
CREATE TRIGGER gridmap_edits_no_delete BEFORE DELETE ON gridmap_edits BEGIN SELECT RAISE(ABORT, 'gridmap_edits is never changed, only added to'); END;
CREATE TRIGGER gridmap_edits_no_insert BEFORE INSERT ON gridmap_edits WHEN EXISTS (SELECT 1 FROM gridmap_edits WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'gridmap_edits is never changed, only added to'); END;
CREATE TRIGGER gridmap_exports_no_update BEFORE UPDATE ON gridmap_exports BEGIN SELECT RAISE(ABORT, 'gridmap_exports is never changed, only added to'); END;
CREATE TRIGGER gridmap_exports_no_delete BEFORE DELETE ON gridmap_exports BEGIN SELECT RAISE(ABORT, 'gridmap_exports is never changed, only added to'); END;
CREATE TRIGGER gridmap_exports_no_insert BEFORE INSERT ON gridmap_exports WHEN EXISTS (SELECT 1 FROM gridmap_exports WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'gridmap_exports is never changed, only added to'); END;
CREATE TRIGGER gridmap_tables_no_update BEFORE UPDATE ON gridmap_tables BEGIN SELECT RAISE(ABORT, 'gridmap_tables is never changed, only added to'); END;
CREATE TRIGGER gridmap_tables_no_delete BEFORE DELETE ON gridmap_tables BEGIN SELECT RAISE(ABORT, 'gridmap_tables is never changed, only added to'); END;
CREATE TRIGGER gridmap_tables_no_insert BEFORE INSERT ON gridmap_tables WHEN EXISTS (SELECT 1 FROM gridmap_tables WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'gridmap_tables is never changed, only added to'); END;
CREATE TRIGGER gridmap_branches_no_update BEFORE UPDATE ON gridmap_branches BEGIN SELECT RAISE(ABORT, 'gridmap_branches is never changed, only added to'); END;
CREATE TRIGGER gridmap_branches_no_delete BEFORE DELETE ON gridmap_branches BEGIN SELECT RAISE(ABORT, 'gridmap_branches is never changed, only added to'); END;
CREATE TRIGGER gridmap_branches_no_insert BEFORE INSERT ON gridmap_branches WHEN EXISTS (SELECT 1 FROM gridmap_branches WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'gridmap_branches is never changed, only added to'); END;
CREATE TRIGGER gridmap_branch_saves_no_update BEFORE UPDATE ON gridmap_branch_saves BEGIN SELECT RAISE(ABORT, 'gridmap_branch_saves is never changed, only added to'); END;
CREATE TRIGGER gridmap_branch_saves_no_delete BEFORE DELETE ON gridmap_branch_saves BEGIN SELECT RAISE(ABORT, 'gridmap_branch_saves is never changed, only added to'); END;
CREATE TRIGGER gridmap_branch_saves_no_insert BEFORE INSERT ON gridmap_branch_saves WHEN EXISTS (SELECT 1 FROM gridmap_branch_saves WHERE save = NEW.save) BEGIN SELECT RAISE(ABORT, 'gridmap_branch_saves is never changed, only added to'); END;
CREATE TRIGGER gridmap_benches_no_update BEFORE UPDATE ON gridmap_benches BEGIN SELECT RAISE(ABORT, 'gridmap_benches is never changed, only added to'); END;
CREATE TRIGGER gridmap_benches_no_delete BEFORE DELETE ON gridmap_benches BEGIN SELECT RAISE(ABORT, 'gridmap_benches is never changed, only added to'); END;
CREATE TRIGGER gridmap_benches_no_insert BEFORE INSERT ON gridmap_benches WHEN EXISTS (SELECT 1 FROM gridmap_benches WHERE bench = NEW.bench) BEGIN SELECT RAISE(ABORT, 'gridmap_benches is never changed, only added to'); END;
CREATE TRIGGER gridmap_moves_no_update BEFORE UPDATE ON gridmap_moves BEGIN SELECT RAISE(ABORT, 'gridmap_moves is never changed, only added to'); END;
CREATE TRIGGER gridmap_moves_no_delete BEFORE DELETE ON gridmap_moves BEGIN SELECT RAISE(ABORT, 'gridmap_moves is never changed, only added to'); END;
CREATE TRIGGER gridmap_moves_no_insert BEFORE INSERT ON gridmap_moves WHEN EXISTS (SELECT 1 FROM gridmap_moves WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'gridmap_moves is never changed, only added to'); END;
CREATE TRIGGER gridmap_pin_log_no_update BEFORE UPDATE ON gridmap_pin_log BEGIN SELECT RAISE(ABORT, 'gridmap_pin_log is never changed, only added to'); END;
CREATE TRIGGER gridmap_pin_log_no_delete BEFORE DELETE ON gridmap_pin_log BEGIN SELECT RAISE(ABORT, 'gridmap_pin_log is never changed, only added to'); END;
CREATE TRIGGER gridmap_pin_log_no_insert BEFORE INSERT ON gridmap_pin_log WHEN EXISTS (SELECT 1 FROM gridmap_pin_log WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'gridmap_pin_log is never changed, only added to'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('grid',2);
INSERT INTO "sqlite_sequence" VALUES('households',1);
INSERT INTO "sqlite_sequence" VALUES('zones',1);
INSERT INTO "sqlite_sequence" VALUES('pins',1);
COMMIT;
