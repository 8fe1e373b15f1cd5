// Fills in a form of ODK Web Forms: `node odk.mjs FORM.xml < people.json`, as the functions in filled.py have it.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

globalThis.__dirname = "/"; // the engine's bundle asks for it in Node, and loads no form without it
const { window } = new JSDOM("<!doctype html>", { url: "https://form.test/" });
for (const name of Object.getOwnPropertyNames(window)) if (!(name in globalThis)) globalThis[name] = window[name];
const { loadForm } = await import("@getodk/xforms-engine");

const { questions, people } = JSON.parse(readFileSync(0, "utf8"));
const form = await loadForm(readFileSync(process.argv[2], "utf8"));
if (form.status !== "success") throw new Error(`${form.status}: ${form.error ?? JSON.stringify(form.warnings)}`);

const leaves = (node) => (node.currentState.children ? node.currentState.children.flatMap(leaves) : [node]);
const lastName = (node) => node.currentState.reference.split("/").at(-1);
const relevant = (node) => node.currentState.relevant && (!node.parent?.currentState || relevant(node.parent));

function answer(node, { kind, said }) {
  if (node.nodeType === "select") {
    const options = node.currentState.valueOptions;
    const values = said.map((label) => options.find((each) => each.label.asString === label)?.value ?? `no choice ${label}`);
    return kind === "several" ? node.selectValues(values) : node.selectValue(values[0]);
  }
  return node.setValue(node.valueType === "int" ? BigInt(said[0]) : kind === "number" ? Number(said[0]) : said[0]);
}

const sent = (payload) => payload.data[0].get("xml_submission_file").text();

async function fill({ acts }) {
  const { root } = form.createInstance();
  const nodes = new Map(leaves(root).map((node) => [lastName(node), node]));
  const done = acts.flatMap((act, place) => {
    const node = nodes.get(act.question);
    if (!node) throw new Error(`the form has no ${act.question}`);
    if (!relevant(node)) return [];
    answer(node, act);
    return [place];
  });
  const payload = await root.prepareInstancePayload();
  const shown = questions.filter((each) => relevant(nodes.get(each)));
  const opened = await form.restoreInstance({ data: payload.data });
  const again = await sent(await opened.root.prepareInstancePayload());
  return { done, shown, export: { status: payload.status, xml: await sent(payload), again } };
}

const out = [];
for (const person of people) out.push(await fill(person));
console.log(JSON.stringify(out));
