// Build the bundles of the browser from gridmap/widget/js into a folder: node tools/build_bundle.mjs OUT
//
// webmap.js is a plain script for a page that must open from a file; workbench.js is a module, as anywidget
// loads it. Leaflet's picture files (markers, the layers button) are not used, and a page that opens offline
// must not ask for them, so their rules lose the url() here.
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

// Leaflet as modules, of which the workbench takes what it uses. Its classes are made by calls, which esbuild keeps unless
// they are marked; and it teaches the shapes to write GeoJSON, which would keep all shapes. The page of the web map has all
// of Leaflet, because folium's own layers may stand on it.
const partsOfLeaflet = {
  name: "parts-of-leaflet",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    const path = join(top, "node_modules", "leaflet", "dist", "leaflet-src.esm.js");
    build.onResolve({ filter: /^leaflet$/ }, () => ({ path }));
    build.onLoad({ filter: /leaflet-src\.esm\.js$/ }, async () => ({
      contents: (await readFile(path, "utf8"))
        .replace(/^( *var \w+ = )(\w+\.extend\()/gm, "$1/* @__PURE__ */ $2")
        .replace(/^(Marker|Circle|CircleMarker)\.include\(PointToGeoJSON\);$/gm, "")
        .replace(/^(Polyline|Polygon|LayerGroup)\.include\(\{[\s\S]*?^\}\);$/gm, ""),
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
/** @type {[string, import("esbuild").BuildOptions][]} */
const bundles = [
  ["webmap.js", { format: "iife" }],
  ["webmap.css", { plugins: [withoutPictures] }],
  ["workbench.js", { format: "esm", plugins: [partsOfLeaflet] }],
  ["workbench.css", { plugins: [withoutPictures] }],
];
const built = await Promise.all(
  bundles.map(([name, options]) => esbuild.build({ ...settings, ...options, entryPoints: [join(source, name)] })),
);
await mkdir(out, { recursive: true });
await Promise.all(bundles.map(([name], i) => writeFile(join(out, name), built[i].outputFiles[0].contents)));
