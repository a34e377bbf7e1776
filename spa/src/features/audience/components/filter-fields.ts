/** What the language of filters offers: the fields, their types, and the types' operators. */

export type ConditionType = "text" | "number" | "date" | "boolean" | "ids";
export type Operator =
  | "eq"
  | "ne"
  | "in"
  | "contains"
  | "starts_with"
  | "ends_with"
  | "lt"
  | "lte"
  | "gt"
  | "gte"
  | "exists";

export const OPERATORS: Record<ConditionType, readonly Operator[]> = {
  text: ["eq", "ne", "in", "contains", "starts_with", "ends_with"],
  number: ["eq", "ne", "in", "lt", "lte", "gt", "gte"],
  date: ["eq", "lt", "lte", "gt", "gte"],
  boolean: ["eq"],
  ids: ["in"],
};

export const DEFAULT_OPERATOR: Record<ConditionType, Operator> = {
  text: "contains",
  number: "gte",
  date: "gte",
  boolean: "eq",
  ids: "in",
};

export const FIELDS = [
  "email",
  "domain",
  "name",
  "attributes",
  "list",
  "created_at",
  "suppressed",
  "campaign.any",
  "campaign.sent",
  "campaign.failed",
  "campaign.skipped",
  "campaign.unknown",
] as const;

export const ATTRIBUTE_TYPES = ["text", "number", "date", "boolean"] as const;

export function isCampaignField(field: string): boolean {
  return field.startsWith("campaign.");
}

/** The type of a field that is no attribute. */
export function typeOf(field: string): ConditionType {
  if (field === "created_at") return "date";
  if (field === "suppressed") return "boolean";
  return field === "list" || isCampaignField(field) ? "ids" : "text";
}
