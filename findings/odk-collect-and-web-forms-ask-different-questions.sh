#!/usr/bin/env bash
# ODK has two engines for one form: JavaRosa, on which Collect runs (here 5.1.0, inside ODK Validate, which comes with
# pyxform 4.5.0), and ODK Web Forms (@getodk/xforms-engine 0.22.0). ODK Validate finds the form below valid.
#
# Behaviour: with a question left blank, the two open different questions, without a word. `max` and `min` of two
# numbers of which one is blank are the other one in JavaRosa, and nothing in Web Forms, so a question that is to be
# asked if either number is 3 or more is not asked there. `sum` of a blank is 0 in JavaRosa, and nothing in Web Forms.
# `boolean` of a blank text is false in JavaRosa, and true in Web Forms. And a pattern has to fit the whole answer in
# JavaRosa, but only a part of it in Web Forms: a record number of four digits may there be A123456.
#
# Output seen (Java 17, Node 20); nights 4 and days blank, or nothing filled in at all:
#   max(${nights}, ${days}) >= 3    nights 4  Collect asks      Web Forms does not ask
#   min(${nights}, ${days}) < 5     nights 4  Collect asks      Web Forms does not ask
#   sum(${nights}) < 5              blank     Collect asks      Web Forms does not ask
#   boolean(${remark})              blank     Collect does not  Web Forms asks
#   regex(., '[0-9]{4}')            A123456   Collect refuses   Web Forms takes it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyxform==4.5.0
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @getodk/xforms-engine@0.22.0 jsdom@26.1.0

cat > form.py <<'PY'
from pyxform.validators import odk_validate
from pyxform.xls2xform import convert

FORM = """
| survey |
| | type    | name   | label         | relevant                     | constraint           |
| | integer | nights | Bad nights    |                              |                      |
| | integer | days   | Bad days      |                              |                      |
| | text    | remark | Remark        |                              |                      |
| | text    | number | Record number |                              | regex(., '[0-9]{4}') |
| | text    | by_max | Asked by max  | max(${nights}, ${days}) >= 3 |                      |
| | text    | by_min | Asked by min  | min(${nights}, ${days}) < 5  |                      |
| | text    | by_sum | Asked by sum  | sum(${nights}) < 5           |                      |
| | text    | by_bool | Asked by boolean | boolean(${remark})       |                      |
| settings |
| | form_title | form_id |
| | Nights     | nights  |
"""
form = convert(FORM, file_type=".md", validate=True)
open("form.xml", "w").write(form.xform)
print(odk_validate.ODK_VALIDATE_PATH)
PY
jar=$(venv/bin/python form.py)

cat > Collect.java <<'JAVA'
import java.util.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.form.api.*;
import org.javarosa.xform.util.XFormUtils;

public class Collect {
  /** Goes through the form as a person does; prints the questions that it comes to, and answers that are refused. */
  public static void main(String[] answers) throws Exception {
    new org.javarosa.model.xform.XFormsModule().registerModule();
    Map<String, String> said = new HashMap<>();
    for (String each : answers) said.put(each.split("=")[0], each.split("=")[1]);
    FormDef form = XFormUtils.getFormFromFormXml("form.xml", null);
    form.initialize(true, new InstanceInitializationFactory());
    FormEntryController controller = new FormEntryController(new FormEntryModel(form));
    controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
    while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) {
      if (controller.getModel().getEvent() != FormEntryController.EVENT_QUESTION) continue;
      String name = controller.getModel().getFormIndex().getReference().getNameLast();
      System.out.println(name);
      if (!said.containsKey(name)) continue;
      String text = said.get(name);
      IAnswerData data = name.equals("number") ? new StringData(text) : new IntegerData(Integer.parseInt(text));
      if (controller.answerQuestion(data, true) != FormEntryController.ANSWER_OK) System.out.println(name + " refused");
    }
  }
}
JAVA

cat > web.mjs <<'JS'
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

globalThis.__dirname = "/"; // the engine asks for it in Node
const { window } = new JSDOM("<!doctype html>", { url: "https://form.test/" });
for (const name of Object.getOwnPropertyNames(window)) if (!(name in globalThis)) globalThis[name] = window[name];
const { loadForm } = await import("@getodk/xforms-engine");
const form = await loadForm(readFileSync("form.xml", "utf8"));
const { root } = form.createInstance();
const nodes = root.currentState.children.filter((node) => node.nodeType === "input");
const nameOf = (node) => node.currentState.reference.split("/").at(-1);
for (const [name, text] of process.argv.slice(2).map((each) => each.split("=")))
  nodes.find((node) => nameOf(node) === name).setValue(name === "number" ? text : BigInt(text));
for (const node of nodes) if (node.currentState.relevant) console.log(nameOf(node));
for (const node of nodes) if (node.validationState.violation) console.log(`${nameOf(node)} refused`);
JS

collect() { java -cp "$jar" Collect.java "$@" 2> /dev/null; }
web() { node web.mjs "$@"; }
says() { grep --quiet --line-regexp "$2" <<< "$1" && echo "$3" || echo "$4"; }
line() { # expression, what was filled in, the line to look for, the words if it is there and if it is not
  printf '%-31s %-9s Collect %-9s Web Forms %s\n' "$1" "$2" "$(says "$6" "$3" "$4" "${5% ask}")" "$(says "$7" "$3" "$4" "$5")"
}
nights_c=$(collect nights=4) nights_w=$(web nights=4)
blank_c=$(collect) blank_w=$(web)
number_c=$(collect number=A123456) number_w=$(web number=A123456)
{
  line 'max(${nights}, ${days}) >= 3' 'nights 4' by_max asks 'does not ask' "$nights_c" "$nights_w"
  line 'min(${nights}, ${days}) < 5' 'nights 4' by_min asks 'does not ask' "$nights_c" "$nights_w"
  line 'sum(${nights}) < 5' blank by_sum asks 'does not ask' "$blank_c" "$blank_w"
  line 'boolean(${remark})' blank by_bool asks 'does not ask' "$blank_c" "$blank_w"
  line "regex(., '[0-9]{4}')" A123456 'number refused' refuses 'takes it' "$number_c" "$number_w"
} | tee seen
diff seen <(sed -n 's/^#   \(max\|min\|sum\|boolean\|regex\)(/\1(/p' "$here")
