#!/usr/bin/env bash
# SurveyJS (npm package survey-core 3.1.1), which runs many intake forms on web pages.
#
# Behaviour: a rule that names one code is met by answers with other codes, without a word. `contains` looks at whole
# codes in a question that takes several answers, but at parts of the code in one that takes a single answer: so a
# question that is to be asked after `no` is asked after `not_sure` as soon as somebody turns the boxes into a list to
# pick one from. `=` does not see the case of letters, nor zeros before a number: with the codes `a` and `A`, or `1` and
# `01`, the rule about one opens on the other, though the form itself keeps the two apart. `= false` is met by the code
# `0`. Two codes are compared as numbers if both look like one, else as texts: `10` is above `5`, but `a10` below `a5`.
#
# Output seen (Node 20); the rule, the answer, and whether the question below is shown:
#   several  {q} contains 'no'  not_sure  hidden
#   single   {q} contains 'no'  not_sure  shown
#   single   {q} = 'A'          a         shown
#   several  {q} anyof ['A']    a         shown
#   single   {q} = '01'         1         shown
#   several  {q} anyof ['01']   1         hidden
#   single   {q} = false        0         shown
#   single   {q} >= 'a5'        a10       hidden
#   single   {q} >= '5'         10        shown
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund survey-core@3.1.1
cat > ask.cjs <<'JS'
const { Model } = require("survey-core");
const kinds = { several: "checkbox", single: "radiogroup" };

function line(kind, codes, rule, answer) {
  const survey = new Model({
    elements: [
      { type: kinds[kind], name: "q", choices: codes },
      { type: "text", name: "below", visibleIf: rule },
    ],
  });
  const question = survey.getQuestionByName("q");
  question.clickItemHandler(question.visibleChoices.find((each) => each.value === answer), true);
  const shown = survey.getQuestionByName("below").isVisible ? "shown" : "hidden";
  console.log([kind.padEnd(8), rule.padEnd(18), answer.padEnd(9), shown].join(" "));
}

line("several", ["no", "not_sure", "yes"], "{q} contains 'no'", "not_sure");
line("single", ["no", "not_sure", "yes"], "{q} contains 'no'", "not_sure");
line("single", ["a", "A"], "{q} = 'A'", "a");
line("several", ["a", "A"], "{q} anyof ['A']", "a");
line("single", ["1", "01"], "{q} = '01'", "1");
line("several", ["1", "01"], "{q} anyof ['01']", "1");
line("single", ["0", "1"], "{q} = false", "0");
line("single", ["a5", "a10"], "{q} >= 'a5'", "a10");
line("single", ["5", "10"], "{q} >= '5'", "10");
JS
node ask.cjs | tee seen
diff seen <(sed -n 's/^#   \(several\|single\)/\1/p' "$here")
