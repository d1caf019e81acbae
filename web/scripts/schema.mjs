/* SPDX-License-Identifier: Apache-2.0 */
/* src/api/schema.ts out of openapi.json, which GET /api/openapi.json of a server gives. */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const licence = "/* SPDX-License-Identifier: Apache-2.0 */\n";
const described = JSON.parse(await readFile("openapi.json", "utf8"));
const types = astToString(await openapiTS(described));
await writeFile("src/api/schema.ts", licence + COMMENT_HEADER + types);
