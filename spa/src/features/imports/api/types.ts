import type { components } from "../../../api-schema";

type Schemas = components["schemas"];

export type ImportItem = Schemas["Import"];
export type ImportDetail = Schemas["ImportDetail"];
export type ImportOptions = Schemas["PatchedImportOptionsRequest"];
export type ImportColumn = Schemas["Column"];
export type ImportMode = Schemas["ImportMode"];
export type ColumnTarget = Schemas["ColumnTarget"];
export type AttributeType = Schemas["AttributeType"];

export const MODES: readonly ImportMode[] = ["add", "update", "replace_list"];
export const TYPES: readonly AttributeType[] = ["text", "number", "date", "boolean"];
export const TARGETS: readonly ColumnTarget[] = [
  "email",
  "name",
  "first_name",
  "last_name",
  "attribute",
  "attributes",
  "status",
  "domain",
  "ignore",
];
