#!/usr/bin/env bash
# SheetJS (npm package xlsx 0.18.5), by which many web form builders and upload pages read a CSV file.
#
# Behaviour: answers that are ranges, as the waiting-time codes of admission data (`1-7`, `8-14`) and drinks a day
# (`3/4`) have them, are read as dates of the year 2001, without a word. `raw: false`, which is meant to give the text
# as it is shown, gives the date as well; only `raw: true` at reading keeps the answer. The record id 007 becomes 7.
#
# Output seen (Node 20):
#   default    [{"id":7,"wait_days":36898,"drinks":36954},{"id":8,"wait_days":37117,"drinks":37017}]
#   raw: false [{"id":"007","wait_days":"1/7/01","drinks":"3/4/01"},{"id":"008","wait_days":"8/14/01","drinks":"5/6/01"}]
#   raw: true  [{"id":"007","wait_days":"1-7","drinks":"3/4"},{"id":"008","wait_days":"8-14","drinks":"5/6"}]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund xlsx@0.18.5
cat > read.cjs <<'JS'
const XLSX = require("xlsx");
const text = "id,wait_days,drinks\n007,1-7,3/4\n008,8-14,5/6\n";
const rows = (reading, writing) => {
  const book = XLSX.read(text, { type: "string", ...reading });
  return JSON.stringify(XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], writing));
};
console.log("default    " + rows({}, {}));
console.log("raw: false " + rows({}, { raw: false }));
console.log("raw: true  " + rows({ raw: true }, {}));
JS
TZ=UTC node read.cjs | tee seen
diff seen <(sed -n 's/^#   \(default\|raw:\)/\1/p' "$here")
