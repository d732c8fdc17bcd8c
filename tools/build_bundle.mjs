// Build webmap.js and webmap.css from gridmap/widget/js into a folder: node tools/build_bundle.mjs OUT
//
// Leaflet's picture files (markers, the layers button) are not used, and a page that opens offline must not
// ask for them, so their rules lose the url() here.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(top, "gridmap", "widget", "js");
const out = process.argv[2];
if (!out) {
  console.error("usage: node tools/build_bundle.mjs OUT");
  process.exit(2);
}

const withoutPictures = {
  name: "without-pictures",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/^\s*[\w-]+:\s*url\([^)]*\);\s*$/gm, ""),
      loader: "css",
    }));
  },
};

const settings = {
  absWorkingDir: top,
  bundle: true,
  minify: true,
  write: false,
  target: ["es2020", "chrome87", "firefox90", "safari14.1"],
  legalComments: "inline",
  logLevel: "warning",
};
const results = await Promise.all([
  esbuild.build({ ...settings, entryPoints: [join(source, "webmap.js")], format: "iife" }),
  esbuild.build({ ...settings, entryPoints: [join(source, "webmap.css")], plugins: [withoutPictures] }),
]);
await mkdir(out, { recursive: true });
await writeFile(join(out, "webmap.js"), results[0].outputFiles[0].contents);
await writeFile(join(out, "webmap.css"), results[1].outputFiles[0].contents);
