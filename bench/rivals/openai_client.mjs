// One request per row by the official Node SDK: URL ROWS OUT CONCURRENCY.
import { createRequire } from "node:module";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [url, rows, out, concurrency] = process.argv.slice(2);
const sdk = createRequire(pathToFileURL(`${process.cwd()}/`)).resolve("openai");
const { default: OpenAI } = await import(pathToFileURL(sdk));
const client = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 });
const instruction =
  "Decide which queue each message belongs to.\n\n" +
  "Each answer is exactly one of: billing, bug, account.";
const lines = createInterface({ input: createReadStream(rows) })[Symbol.asyncIterator]();
const results = createWriteStream(out);

async function work() {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const row = JSON.parse(line.value);
    const reply = await client.chat.completions.create({
      model: "canned",
      max_tokens: 8,
      messages: [
        { role: "system", content: instruction },
        { role: "user", content: `Message: ${row.text}` },
      ],
    });
    const answer = reply.choices[0].message.content;
    results.write(JSON.stringify({ id: row.id, answer }) + "\n");
  }
}
await Promise.all(Array.from({ length: Number(concurrency) }, work));
results.end();
