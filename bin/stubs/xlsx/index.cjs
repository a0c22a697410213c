// danfojs-node loads 'xlsx' to read and write spreadsheets; the package registry has it only with
// open advisories. The course never does either, so this stands in its place: it can be loaded, and
// says what to do when used.
'use strict';

function xlsx() {
  throw new Error(
    "A spreadsheet cannot be read or written here: danfojs-node's package 'xlsx' has open " +
      'security advisories and is not installed. Remedy: use a CSV file.',
  );
}

module.exports = {
  read: xlsx,
  readFile: xlsx,
  writeFile: xlsx,
  utils: {
    aoa_to_sheet: xlsx,
    book_append_sheet: xlsx,
    book_new: xlsx,
    sheet_to_json: xlsx,
  },
};
