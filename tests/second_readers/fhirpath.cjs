// Reads the answers out of responses by FHIRPath: `node fhirpath.cjs < {"questions": [...], "responses": [...]}`.
const { readFileSync } = require("node:fs");
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4"); // without it no `answer.value` is found

const { questions, responses } = JSON.parse(readFileSync(0, "utf8"));
const answers = (response, question) => {
  const values = `QuestionnaireResponse.descendants().where(linkId = '${question}').answer.value`;
  const read = (path) => fhirpath.evaluate(response, path, {}, model);
  return read(`${values}.select(iif($this is Coding, $this.code, $this.toString()))`).map(String);
};
const read = (response) =>
  Object.fromEntries(questions.map((each) => [each, answers(response, each)]).filter(([, values]) => values.length));
console.log(JSON.stringify(responses.map(read)));
