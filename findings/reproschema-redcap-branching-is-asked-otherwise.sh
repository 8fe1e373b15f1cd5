#!/usr/bin/env bash
# reproschema 1.1.0 (PyPI), which turns a REDCap data dictionary into a ReproSchema protocol for other survey apps.
#
# Behaviour: branching logic that REDCap takes comes out as JavaScript that cannot be run, or that means something else,
# with exit code 0 and no warning. `!=` becomes the strict `!==`, while the codes of the choices become numbers: 0 is
# then never equal to '0', and the question below is asked of everyone. `<>` stays as it is, and so do AND and OR in
# capitals. A box of a checkbox is found if its code is a number, but `[signs(seizure)]` becomes the call of a function.
# An event before a field is joined to its name. Codes go the same way: what Python takes for a whole number becomes one,
# so the age group `18_64` comes out as 1864; a code with a zero before it, such as 01, is kept.
#
# Output seen (Python 3.11, Node 20); answered are drinks 0 and signs seizure, and nights is left blank:
#   [drinks] != '0'                      drinks !== '0'                       asked, not as in REDCap
#   [nights] <> '' and [nights] > 3      nights <> '' && nights > 3           SyntaxError
#   [drinks] = '1' OR [drinks] = '2'     drinks == '1' OR drinks == '2'       SyntaxError
#   [signs(seizure)] = '1'               signs(seizure) == '1'                ReferenceError
#   [first_arm_1][drinks] = '2'          first_arm_1drinks == '2'             ReferenceError
#   [drinks] = '0' or [drinks] = '1'     drinks == '0' || drinks == '1'       asked, as in REDCap
#   [age] has the codes under_18, 1864, 01
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check reproschema==1.1.0
cat > dictionary.py <<'PY'
import csv

COLUMNS = """Variable / Field Name|Form Name|Section Header|Field Type|Field Label|Choices, Calculations, OR Slider Labels
Field Note|Text Validation Type OR Show Slider Number|Text Validation Min|Text Validation Max|Identifier?
Branching Logic (Show field only if...)|Required Field?|Custom Alignment|Question Number (surveys only)
Matrix Group Name|Matrix Ranking?|Field Annotation"""
columns = COLUMNS.replace("\n", "|").split("|")
name, form, _, kind, label, choices, _, _, _, _, _, branching, *_ = columns
fields = [
    {name: "record_id", kind: "text", label: "Record"},
    {name: "drinks", kind: "radio", label: "Drinks?", choices: "0, None | 1, Some days | 2, Most days"},
    {name: "signs", kind: "checkbox", label: "Signs?", choices: "shaking, Shaking | seizure, Seizure"},
    {name: "nights", kind: "text", label: "Bad nights"},
    {name: "age", kind: "radio", label: "Age?", choices: "under_18, Under 18 | 18_64, 18 to 64 | 01, Older"},
]
for number, logic in enumerate(open("logic.txt").read().splitlines()):
    fields.append({name: f"by_{number}", kind: "yesno", label: "Asked?", branching: logic})
with open("dictionary.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows({form: "intake", **field} for field in fields)
PY
cat > logic.txt <<'LOGIC'
[drinks] != '0'
[nights] <> '' and [nights] > 3
[drinks] = '1' OR [drinks] = '2'
[signs(seizure)] = '1'
[first_arm_1][drinks] = '2'
[drinks] = '0' or [drinks] = '1'
LOGIC
cat > protocol.yaml <<'YAML'
protocol_name: intake
protocol_display_name: Intake
protocol_description: An intake form
redcap_version: "1.0"
YAML
cat > run.cjs <<'JS'
const { readFileSync } = require("node:fs");
const schema = JSON.parse(readFileSync("out/intake/activities/intake/intake_schema", "utf8"));
const logic = readFileSync("logic.txt", "utf8").trim().split("\n");
const inRedcap = [false, false, false, true, false, true];
const answers = { drinks: 0, signs___seizure: 1, signs___shaking: 0, nights: "" };

function asked(expression, expected) {
  try {
    const is = Boolean(new Function(...Object.keys(answers), `return (${expression})`)(...Object.values(answers)));
    return `${is ? "asked" : "not asked"}, ${is === expected ? "as" : "not as"} in REDCap`;
  } catch (error) {
    return error.name;
  }
}

logic.forEach((each, number) => {
  const { isVis } = schema.ui.addProperties.find((property) => property.variableName === `by_${number}`);
  console.log(`${each.padEnd(36)} ${isVis.padEnd(36)} ${asked(isVis, inRedcap[number])}`);
});
const age = JSON.parse(readFileSync("out/intake/activities/intake/items/age", "utf8"));
console.log(`[age] has the codes ${age.responseOptions.choices.map((choice) => choice.value).join(", ")}`);
JS
venv/bin/python dictionary.py
venv/bin/reproschema redcap2reproschema dictionary.csv protocol.yaml --output-path out > said 2>&1
node run.cjs | tee seen
diff seen <(sed -n 's/^#   \[/[/p' "$here")
