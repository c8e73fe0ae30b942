// The heads of a table sort it.
all("table.sortable").forEach((table) => {
  const [heads, rows] = [all("thead th", table), all("tbody tr", table)];
  rows.forEach((row, place) => Object.assign(row, { place }));
  heads.forEach((head, column) => sorting(head, () => {
    const text = ({ cells }) => (cells[column].querySelector("summary") ?? cells[column]).textContent;
    const key = (row) => (head.classList.contains("number") ? number(text(row)) : text(row));
    sorted(table, heads, head, head.getAttribute("aria-sort") === "ascending", rows, key);
  }));
});
