// Write the test page of the panel: node tests/browser/build_panel_host.mjs OUT.html
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [out] = process.argv.slice(2);
const script = await esbuild.build({ entryPoints: [join(here, "panel_host.mjs")], bundle: true, write: false, format: "iife", target: "es2022" });
const styles = await esbuild.build({ entryPoints: [join(here, "../../gridmap/widget/js/bench/panel.css")], bundle: true, write: false });

const dark = `
  --jp-layout-color1: #111418; --jp-layout-color2: #20252b; --jp-border-color2: #3c434b; --jp-border-color3: #2a3037;
  --jp-ui-font-color1: rgba(255,255,255,.92); --jp-ui-font-color2: rgba(255,255,255,.68);`;
await writeFile(
  out,
  `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
${styles.outputFiles[0].text}
body { margin: 0; background: var(--jp-layout-color1, #fff); }
body[data-jp-theme-light="false"] {${dark}}
.gm-bench { position: relative; display: grid; grid-template-columns: 1fr 330px; height: 100vh; border: 0; }
.gm-test-side { min-height: 0; border-inline-start: 1px solid #8886; }
.gm-bench canvas { width: 100%; height: 100%; }
@media (max-width: 899px) { .gm-bench { grid-template: 320px minmax(0, 1fr) / 1fr; } }
</style></head>
<body data-jp-theme-light="true"><div class="gm-bench" tabindex="0"><canvas width="1000" height="660"></canvas><div class="gm-test-side"></div></div>
<script>
const theme = new URLSearchParams(location.search).get("dark");
if (theme) document.body.dataset.jpThemeLight = "false";
</script>
<script>${script.outputFiles[0].text.replaceAll("</script", "<\\/script")}</script>
</body></html>
`,
);
