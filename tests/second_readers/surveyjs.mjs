// Fills in a model of SurveyJS: `node surveyjs.mjs MODEL.json < people.json`, as the functions in filled.py have it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Model } = createRequire(import.meta.url)("survey-core");
const model = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { questions, people } = JSON.parse(readFileSync(0, "utf8"));

function answer(question, { kind, said }) {
  if (kind === "number") question.value = Number(said[0]);
  else if (kind === "words") question.value = said[0];
  else {
    const items = said.map((label) => question.visibleChoices.find((each) => each.text === label));
    if (kind === "one") return question.clickItemHandler(items[0], true);
    for (const item of question.visibleChoices)
      if (question.isItemSelected(item) && !items.includes(item)) question.clickItemHandler(item, false);
    for (const item of items) if (!question.isItemSelected(item)) question.clickItemHandler(item, true);
  }
}

function fill({ acts }) {
  const survey = new Model(model);
  const done = acts.flatMap((act, place) => {
    const question = survey.getQuestionByName(act.question);
    if (!question.isVisible) return [];
    answer(question, act);
    return [place];
  });
  const shown = questions.filter((each) => survey.getQuestionByName(each).isVisible);
  const partial = structuredClone(survey.data);
  const completed = survey.doComplete();
  return { done, shown, export: { partial, completed, complete: structuredClone(survey.data) } };
}

console.log(JSON.stringify(people.map(fill)));
