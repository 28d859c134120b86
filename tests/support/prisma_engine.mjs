#!/usr/bin/env node
// Prisma's schema engine as its CLI wants it (JSON-RPC, a line each, on stdin and stdout), from the WebAssembly build.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";

const require = createRequire(import.meta.url);
const file = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg").replace(/_bg\.js$/, "_bg.wasm");
const { instance } = await WebAssembly.instantiate(readFileSync(file), { "./schema_engine_bg.js": engine });
engine.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

if (process.argv.includes("can-connect-to-database")) {
  process.exit(0);
}

const CHAR = 18;
const TEXT = 25;
const asText = (field) => (field.dataTypeID === CHAR ? { ...field, dataTypeID: TEXT } : field);
const factory = new PrismaPg({ connectionString: process.env.DATABASE_URL });
for (const name of ["connect", "connectToShadowDb"]) {
  const connect = factory[name].bind(factory);
  factory[name] = async () => {
    const adapter = await connect();
    // As the native engine does: the script whole, as one query.
    adapter.executeScript = async (script) => void (await adapter.client.query(script).catch((error) => adapter.onError(error)));
    // The catalogues' "char", which the adapter does not know, and the engine wants as a character.
    let fields = [];
    const io = adapter.performIO.bind(adapter);
    adapter.performIO = async (query) => {
      const result = await io(query);
      fields = result.fields.map(({ dataTypeID }) => dataTypeID);
      return { ...result, rows: result.rows, fields: result.fields.map(asText) };
    };
    const raw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await raw(query);
      const columnTypes = result.columnTypes.map((type, n) => (fields[n] === CHAR ? ColumnTypeEnum.Character : type));
      return { ...result, columnTypes };
    };
    return adapter;
  };
}
const schema = { files: [{ path: "schema.prisma", content: 'datasource db {\n  provider = "postgresql"\n}\n' }] };
const made = await engine.SchemaEngine.new(
  { datamodels: schema.files.map((each) => [each.path, each.content]) },
  () => {},
  bindMigrationAwareSqlAdapterFactory(factory),
);

const PRINT = 1000;
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const inputs = createInterface({ input: process.stdin });
for await (const line of inputs) {
  if (!line.trim()) continue;
  const { id, method, params } = JSON.parse(line);
  if (!method) continue; // an answer to what we asked
  let answer;
  try {
    answer = { result: (await made[method](params)) ?? null };
  } catch (error) {
    const data = { is_panic: false, message: error.message, meta: error.meta ?? null, error_code: error.code ?? null };
    answer = { error: { code: 4466, message: "An error happened. Check the data field for details.", data } };
  }
  if (answer.result?.stdout) {
    say({ id: id + PRINT, method: "print", params: { content: answer.result.stdout } });
  }
  say({ id, ...answer });
}
process.exit(0);
