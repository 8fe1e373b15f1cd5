-- A small screening. This is not a diagnosis.
-- small@1.0.0#fdba9558445c, as SQL for Postgres, by iop-screen 0.0.0
--
-- Not a diagnosis. See a professional.
-- Who may use it: For tests.
--
-- IF SOMEBODY IS IN DANGER
-- - A line: call 000
--
-- WHAT IT READS
-- A table with one row for each form. It is named once, below, in the part `cells`.
-- Each question has a column, named by the id of the question.
-- The column id is copied as id.
-- A cell holds one of these, written just so:
-- - the id of an option, such as yes; if more than one can be chosen, their ids with ; between them
-- - a number, such as 12 or 0.5
-- - words, where the question asks for words
-- - not-shown, declined, unknown or not-applicable, if that is why there is no answer
-- - nothing at all, if there is no answer
-- All else is unreadable: a label, YES for yes, a blank before an answer.
-- What is unreadable counts as no answer, and never as no.
--
-- WHAT IT GIVES
-- One row for each row of the table, in any order. The columns are those of iop-screen score, without
-- line.
-- Where too much is open to say what fits, it says undetermined, and which questions are open.
-- Look first at the rows with the suggestion emergency.
-- Then look at those with help_now as first_step_at_most: there it is not ruled out.
-- What it gives says as much about a person as the answers do. Keep it as safe as them.
--
-- WHAT IT DOES NOT DO
-- It leaves no row out, and marks no id that stands twice.
-- It does not know which form, or which version of it, the answers come from.
-- It does not stop if a column has other codes than these. Look if many rows have the same problem.
-- To read labels, and for all of this, use iop-screen score.
--
-- HOW TO READ IT
-- Each part of it adds columns to the part before. What is named once can be used in all parts below.
-- no_answer_ and a question: why its cell is no answer. list_ or number_: the cell read as a list, or
-- as a number.
-- asked_ and a question: it is to be asked. rule_ and a rule: the rule holds. level_ and a level: at
-- least that.
-- first_step_ and a step: at least that. suggests_ and a suggestion: that is what is suggested.
-- open_ and a question: it is open. not_asked_: it has an answer, but was not to be asked. note_: it
-- is given.
-- points_ and a number: points added up, either those that are certain, or the most that they can come
-- to.
-- With _may at its end it is not ruled out: it may be so, but for that an open answer would have to be
-- known.
-- part_ and a number: a piece of a rule, or of why a question is open, that is used more than once.
-- OFFSET 0 changes nothing in what comes out. Without it, Postgres plans for minutes.
-- Two that are always the same have one column, with the name that comes first.
--
WITH
cells AS (
  SELECT
    CAST("id" AS text) AS "id",
    COALESCE(CAST("shakes" AS text), '') AS "shakes",
    COALESCE(CAST("bad_days" AS text), '') AS "bad_days",
    COALESCE(CAST("alone" AS text), '') AS "alone"
  FROM "forms"
  OFFSET 0
),

numbers_and_lists AS (
  SELECT
    *,
    CAST(
      CASE WHEN "bad_days" ~ '^([+-]?[0-9]{1,9}([.][0-9]{1,6})?)$' THEN "bad_days" END AS DECIMAL(15, 6)
    ) AS "number_bad_days",
    CASE
      WHEN concat("alone", ';') ~ '^(((nobody|drinkers);)+|(others;)+)$' THEN concat(';', "alone", ';')
      ELSE ''
    END AS "list_alone"
  FROM cells
  OFFSET 0
),

answers AS (
  SELECT
    "id",
    CASE WHEN "shakes" IN ('none', 'some', 'bad') THEN "shakes" ELSE '' END AS "shakes",
    CASE
      WHEN "shakes" IN ('', 'none', 'some', 'bad') THEN ''
      WHEN "shakes" IN ('not-shown', 'declined', 'unknown', 'not-applicable') THEN "shakes"
      ELSE 'unreadable'
    END AS "no_answer_shakes",
    CASE WHEN "number_bad_days" BETWEEN 0 AND 30 THEN "number_bad_days" END AS "bad_days",
    CASE
      WHEN "bad_days" = '' OR "number_bad_days" BETWEEN 0 AND 30 THEN ''
      WHEN "bad_days" IN ('not-shown', 'declined', 'unknown', 'not-applicable') THEN "bad_days"
      WHEN "number_bad_days" IS NOT NULL THEN 'out-of-range'
      ELSE 'unreadable'
    END AS "no_answer_bad_days",
    "list_alone" AS "alone",
    CASE
      WHEN "alone" = '' OR "list_alone" <> '' THEN ''
      WHEN "alone" IN ('not-shown', 'declined', 'unknown', 'not-applicable') THEN "alone"
      WHEN concat("alone", ';') ~ '^(((nobody|drinkers|others);)+)$' THEN 'not-alone'
      ELSE 'unreadable'
    END AS "no_answer_alone"
  FROM numbers_and_lists
  OFFSET 0
),

asked AS (
  SELECT
    *,
    "shakes" IN ('some', 'bad') AS "asked_bad_days",
    "shakes" = '' OR "shakes" IN ('some', 'bad') AS "asked_bad_days_may"
  FROM answers
  OFFSET 0
),

rules AS (
  SELECT
    *,
    "shakes" = 'bad' AS "rule_bad_shakes",
    "shakes" = 'bad' OR "shakes" = '' AS "rule_bad_shakes_may",
    "alone" = '' AS "suggests_undetermined",
    "shakes" IN ('some', 'bad') AND COALESCE("bad_days" >= 7, FALSE) AND strpos("alone", ';nobody;') > 0 AS "rule_many_days",
    (COALESCE("bad_days" >= 7, FALSE) OR ("asked_bad_days_may" AND "bad_days" IS NULL))
      AND (strpos("alone", ';nobody;') > 0 OR "alone" = '') AS "rule_many_days_may",
    strpos("alone", ';drinkers;') > 0 AS "rule_drinking",
    "alone" = '' OR strpos("alone", ';drinkers;') > 0 AS "rule_drinking_may"
  FROM asked
  OFFSET 0
),

steps AS (
  SELECT
    *,
    "shakes" = 'bad' OR "rule_many_days" AS "level_stay",
    "rule_bad_shakes_may" OR "rule_many_days_may" AS "level_stay_may"
  FROM rules
  OFFSET 0
),

suggestion_1 AS (
  SELECT
    *,
    (NOT "rule_drinking_may") AND NOT "level_stay_may" AS "suggests_home",
    "level_stay" AND (NOT "rule_drinking_may") AS "suggests_stay"
  FROM steps
  OFFSET 0
),

suggestion_2 AS (
  SELECT
    *,
    (NOT "rule_drinking_may") AND NOT "suggests_home" AND NOT "suggests_stay" AS "suggests_undetermined_2"
  FROM suggestion_1
  OFFSET 0
),

open_questions_1 AS (
  SELECT
    *,
    (NOT "level_stay") AND "rule_many_days_may" AND NOT "rule_many_days"
      AND (COALESCE("bad_days" >= 7, FALSE) OR ("asked_bad_days_may" AND "bad_days" IS NULL))
      AND NOT ("shakes" IN ('some', 'bad') AND COALESCE("bad_days" >= 7, FALSE)) AS "part_31",
    "alone" = '' AND (((NOT "level_stay") AND "rule_many_days_may" AND NOT "rule_many_days")
      OR (NOT strpos("alone", ';drinkers;') > 0)) AS "open_alone",
    NOT ("asked_bad_days_may" OR "bad_days" IS NULL) AS "not_asked_bad_days"
  FROM suggestion_2
  OFFSET 0
),

open_questions_2 AS (
  SELECT
    *,
    "shakes" = '' AND ((NOT "level_stay") OR "part_31") AS "open_shakes",
    "asked_bad_days_may" AND "bad_days" IS NULL AND "part_31" AS "open_bad_days"
  FROM open_questions_1
  OFFSET 0
)

SELECT
  "id" AS "id",
  CASE WHEN "rule_drinking" THEN 'emergency' WHEN "suggests_undetermined" THEN 'undetermined' WHEN "suggests_home" THEN 'home' WHEN "suggests_stay" THEN 'stay' WHEN "suggests_undetermined_2" THEN 'undetermined' END AS "suggestion",
  CASE WHEN "level_stay" THEN 'stay' ELSE 'home' END AS "level_at_least",
  CASE WHEN "level_stay_may" THEN 'stay' ELSE 'home' END AS "level_at_most",
  CASE WHEN "rule_drinking" THEN 'help_now' ELSE CAST(NULL AS text) END AS "first_step_at_least",
  CASE WHEN "rule_drinking_may" THEN 'help_now' ELSE CAST(NULL AS text) END AS "first_step_at_most",
  substr(concat(CASE WHEN "rule_bad_shakes" THEN ';bad_shakes' END, CASE WHEN "rule_many_days" THEN ';many_days' END,
    CASE WHEN "rule_drinking" THEN ';drinking' END), 2) AS "reasons",
  substr(concat(CASE WHEN "open_shakes" THEN ';shakes' END, CASE WHEN "open_bad_days" THEN ';bad_days' END,
    CASE WHEN "open_alone" THEN ';alone' END), 2) AS "open_questions",
  '' AS "notes",
  substr(concat(CASE WHEN "no_answer_shakes" = 'unreadable' THEN ';shakes:unreadable' END,
    CASE WHEN "no_answer_bad_days" IN ('unreadable', 'out-of-range') THEN ';bad_days:' || "no_answer_bad_days" END,
    CASE WHEN "no_answer_alone" IN ('unreadable', 'not-alone') THEN ';alone:' || "no_answer_alone" END,
    CASE WHEN "not_asked_bad_days" THEN ';bad_days:answered-but-not-asked' END), 2) AS "problems",
  substr(concat(CASE WHEN "no_answer_shakes" NOT IN ('', 'unreadable') THEN ';shakes:' || "no_answer_shakes" END,
    CASE WHEN "no_answer_bad_days" NOT IN ('', 'unreadable', 'out-of-range') THEN ';bad_days:' || "no_answer_bad_days" END,
    CASE WHEN "no_answer_alone" NOT IN ('', 'unreadable', 'not-alone') THEN ';alone:' || "no_answer_alone" END), 2) AS "missing",
  CASE WHEN NOT (("shakes" = '')) THEN (CASE WHEN "shakes" = 'some' THEN 1 ELSE 0 END + CASE WHEN "rule_bad_shakes" THEN 3 ELSE 0 END) END AS "score_total",
  'small@1.0.0#fdba9558445c' AS "questionnaire",
  CAST(NULL AS text) AS "mapping",
  'Not a diagnosis. See a professional.' AS "disclaimer"
FROM open_questions_2
