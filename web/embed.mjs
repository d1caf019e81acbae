/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns the folder of the built page into C: node embed.mjs FOLDER FILE.c
 *
 * Each file is compressed and becomes an array; server/page.h says what the table is. Licences
 * of what others made and the page contains come with it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

const [folder, target] = process.argv.slice(2);
const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const licences = Object.keys(dependencies).map(
  (name) => `${name}\n\n${readFileSync(join("node_modules", name, "LICENSE"), "utf8")}`,
);
writeFileSync(join(folder, "licences.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
const arrays = [];
const rows = [];
let total = 0;
for (const [i, path] of paths.entries()) {
  const type = TYPES[extname(path)];
  if (!type) throw new Error(`${path}: no type is known for it`);
  const plain = readFileSync(path);
  const packed = gzipSync(plain, { level: 9 });
  const tag = createHash("sha256").update(plain).digest("hex").slice(0, 16);
  const address = `/${relative(folder, path).split(sep).join("/")}`;
  total += packed.length;
  arrays.push(`static const unsigned char file_${i}[] = {${packed.join(",")}};`);
  rows.push(`    {"${address}", "${type}", "${tag}", file_${i}, ${packed.length}, ${plain.length}},`);
}
writeFileSync(
  target,
  `/* Made of ${paths.length} files by web/embed.mjs: change those. */
#include "page.h"

${arrays.join("\n")}

const page_file page_files[] = {
${rows.join("\n")}
    {0},
};
`,
);
console.log(`the page: ${paths.length} files, ${(total / 1000).toFixed(0)} kB compressed`);
