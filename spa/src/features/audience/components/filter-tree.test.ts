import { expect, it } from "vitest";

import { filterOf, newCondition, newGroup, treeOf, type Filter } from "./filter-tree";

const FILTERS: Filter[] = [
  { all: [] },
  { any: [{ field: "email", op: "ends_with", value: ".org" }] },
  {
    all: [
      { field: "attributes.a.b", op: "in", type: "text", value: ["Riga", "5"] },
      { field: "attributes.age", op: "gte", type: "number", value: 18 },
      { field: "attributes.since", op: "lt", type: "date", value: { days_ago: 30 } },
      { field: "attributes.vip", op: "eq", type: "boolean", value: false },
      { not: { field: "attributes.city", op: "exists" } },
      { not: { any: [{ field: "list", op: "in", value: [3, 4] }] } },
      { field: "campaign.sent", op: "in", value: [7] },
    ],
  },
];

it.each(FILTERS)("gives a saved filter back as it was", (filter) => {
  expect(filterOf(treeOf(filter))).toEqual(filter);
});

it("puts a lone condition into a group, and two nots away", () => {
  const city = { field: "name", op: "eq", value: "Ada" };
  expect(filterOf(treeOf({ not: { not: city } }))).toEqual({ all: [city] });
});

it("infers an attribute's type as the API does", () => {
  const filter = { field: "attributes.age", op: "in", value: [1, 2] };
  expect(filterOf(treeOf(filter))).toEqual({ all: [{ ...filter, type: "number" }] });
});

it.each([
  newCondition("email"),
  newCondition("list"),
  { ...newCondition("attributes"), value: "Riga" },
  { ...newCondition("attributes"), attribute: "n", type: "number" as const, op: "in" as const, value: ["x"] },
])("has no filter while something is missing", (condition) => {
  expect(filterOf(newGroup(newGroup(condition)))).toBeNull();
});
