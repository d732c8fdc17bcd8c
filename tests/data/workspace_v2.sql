PRAGMA application_id=1196444487;
PRAGMA user_version=10300;
BEGIN TRANSACTION;
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO "gpkg_contents" VALUES('gridmap_versions','attributes','gridmap_versions','划区方案历史 saved plans','2022-03-05T06:00:00.000Z',NULL,NULL,NULL,NULL,0);
INSERT INTO "gpkg_contents" VALUES('gridmap_exports','attributes','gridmap_exports','导出记录 exported files','2022-03-05T06:00:00.000Z',NULL,NULL,NULL,NULL,0);
INSERT INTO "gpkg_contents" VALUES('grid','features','grid','网格 Grid','2022-03-05T06:00:00.000Z',0.0,0.0,2.0,1.0,4549);
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
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT,
  definition_12_063 TEXT NOT NULL DEFAULT 'undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined Cartesian SRS',-1,'NONE',-1,'undefined','undefined Cartesian CRS','undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('Undefined geographic SRS',0,'NONE',0,'undefined','undefined geographic CRS','undefined');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('WGS 84 geodetic',4326,'EPSG',4326,'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',NULL,'GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["World Geodetic System 1984 (Transit)"],MEMBER["World Geodetic System 1984 (G730)"],MEMBER["World Geodetic System 1984 (G873)"],MEMBER["World Geodetic System 1984 (G1150)"],MEMBER["World Geodetic System 1984 (G1674)"],MEMBER["World Geodetic System 1984 (G1762)"],MEMBER["World Geodetic System 1984 (G2139)"],MEMBER["World Geodetic System 1984 (G2296)"],ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]],ENSEMBLEACCURACY[2.0]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],USAGE[SCOPE["Horizontal component of 3D system."],AREA["World."],BBOX[-90,-180,90,180]],ID["EPSG",4326]]');
INSERT INTO "gpkg_spatial_ref_sys" VALUES('CGCS2000 / 3-degree Gauss-Kruger CM 120E',4549,'EPSG',4549,'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",120],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","4549"]]',NULL,'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4490]],CONVERSION["3-degree Gauss-Kruger CM 120E",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",120,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]],USAGE[SCOPE["Cadastre, engineering survey, topographic mapping (large scale)."],AREA["China - onshore between 118°30''E and 121°30''E."],BBOX[24.43,118.5,53.33,121.5]],ID["EPSG",4549]]');
CREATE TABLE "grid" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "cell_id" TEXT, "name" TEXT, "geometry" POLYGON);
INSERT INTO "grid" VALUES(1,'a','一',X'47500003C51100000000000000000000000000000000F03F0000000000000000000000000000F03F01030000000100000005000000000000000000F03F0000000000000000000000000000F03F000000000000F03F0000000000000000000000000000F03F00000000000000000000000000000000000000000000F03F0000000000000000');
INSERT INTO "grid" VALUES(2,'b','二',X'47500003C5110000000000000000F03F00000000000000400000000000000000000000000000F03F01030000000100000005000000000000000000004000000000000000000000000000000040000000000000F03F000000000000F03F000000000000F03F000000000000F03F000000000000000000000000000000400000000000000000');
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
INSERT INTO "gridmap_layers" VALUES('grid',1,'[{"name": "cell_id", "field": "cell_id", "role": "index", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "name", "field": "name", "role": "column", "kind": "text", "dtype": "str", "sql_type": "TEXT"}, {"name": "geometry", "field": "geometry", "role": "shape", "kind": "shape", "dtype": "geometry", "sql_type": "POLYGON"}]');
CREATE TABLE gridmap_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "gridmap_meta" VALUES('schema_version','2');
INSERT INTO "gridmap_meta" VALUES('gridmap_version','0.1.0');
INSERT INTO "gridmap_meta" VALUES('zones_version','');
CREATE TABLE gridmap_tables (number INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, table_name TEXT NOT NULL, rows_before INTEGER NOT NULL, rows INTEGER NOT NULL);
INSERT INTO "gridmap_tables" VALUES(1,'2022-03-05T06:00:00.000Z','王','grid',0,2);
CREATE TABLE gridmap_topology (fingerprint BLOB PRIMARY KEY NOT NULL, runs BLOB NOT NULL);
INSERT INTO "gridmap_topology" VALUES(X'3097E3E8D99A365A135F43C3CBF7F3F4C85450EAA210903569FC96A862462015',X'EC3811335283DD426CAB9D685E22598DCDF36363652590F6BB8A49602BC51E8B789C636064656462F8CF000198340038F20406');
CREATE TABLE gridmap_versions (
  save INTEGER NOT NULL PRIMARY KEY, version TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL,
  reason TEXT NOT NULL, edit_count INTEGER NOT NULL, edits TEXT NOT NULL, content BLOB NOT NULL);
INSERT INTO "gridmap_versions" VALUES(1,'d07047f7d4b88c43','王','2022-03-05T06:00:00.000Z','first',1,'[1]',X'789C55504B6AC33010BDCBAC5D88AC4692B5ED0502591A236469444C55A9C84A486B0C3D560FD48354B6DB803703EFCDFB0C338141EF47355E747D64208123118E534E09E96B6B685FBB9A35D672411BD61FE89138F2EC7AC6D069C11BC799307D4D89204250C3055490074C2A268B09640B236A8FB6D026869CA2DFC07BC21B863CC400DD8ADC70C711E4F4AF9770DE7B24BCEC7D124E3057F019C3626C5B383F91A278F4FD7C7F95095DC9373ADD50C56B5E840507BC67F52041920A12EA3186E582796989399AE8D5B0F49614AF3F30ADE7F9685E37D14507BB30BA641EAAB5BD2B74BA7ADC0409DFF410D6374C7F0BB5E3E6F9178F857B40');
INSERT INTO "gridmap_versions" VALUES(2,'9856130a5ef41920','李','2022-03-05T06:00:00.000Z','second',2,'[1, 2]',X'789C5590416AC3301045EF326B1722ABB1146D738140962618591A1153552AB212D21A430FD003959E2707A924B7016F04FFCF9F3F0F4DA0D0DAB11BCFB2DE36208021E186514609E96BAD685F9BBAD969CD38DD35FD866E8921CFA66F1A3492B39D610D577D4D09279C53C5385410070C9D0F1A03881646941675B295773178BB88B780577471F00E4E4599E1862388E93F2FE0B8DE11B05FEF0938C05CC1877779B16DE1F84452E271EFFEFD99DE54DFC2BE4C5600F79FAF324DD7950C57ECFC25E69AA41DDE62F73041900A02CAD1BBCC3767061FBDF2B61B32556AB1F21D4381B75EBD2CA1B3743A3B32756EAAC296AAFBA4525DE639A550B8585CE2015FE5E0CA974D7F836EE5CDF32F0F8D87BF');
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('grid',2);
COMMIT;
