/* SPDX-License-Identifier: Apache-2.0 */
/*
 * src/api/schema.ts out of the server's description, a file that `GET /api/openapi.json` gave:
 *
 *     node scripts/schema.mjs openapi.json [--check]
 *
 * With --check nothing is written: the exit status is 1 where the file is an old one.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const target = fileURLToPath(new URL("../src/api/schema.ts", import.meta.url));
const licence = "/* SPDX-License-Identifier: Apache-2.0 */\n";
const [source, option] = process.argv.slice(2);
const described = JSON.parse(await readFile(source, "utf8"));
const types = licence + COMMENT_HEADER + astToString(await openapiTS(described));
if (option !== "--check") {
    await writeFile(target, types);
} else if ((await readFile(target, "utf8")) !== types) {
    console.error("src/api/schema.ts is old: npm run schema openapi.json");
    process.exit(1);
}
