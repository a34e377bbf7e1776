import type { CampaignStatus, CampaignWrite } from "../api/types";

export type FieldName = keyof CampaignWrite;

/** In the order in which the form shows them. */
export const FIELDS = [
  "name",
  "subject",
  "from_name",
  "from_email",
  "body_text",
  "body_html",
  "lists",
  "transport",
  "rate_limit",
  "is_public",
] as const satisfies readonly FieldName[];

const WHILE_RUNNING: ReadonlySet<FieldName> = new Set<FieldName>([
  "name",
  "rate_limit",
  "is_public",
]);
const WHEN_OVER: ReadonlySet<FieldName> = new Set<FieldName>(["name", "is_public"]);

/** The API's own rule; the form follows it so that nobody writes what would be refused. */
export function isEditable(field: FieldName, status: CampaignStatus): boolean {
  switch (status) {
    case "draft":
    case "scheduled":
      return true;
    case "stopped":
      return field !== "lists";
    case "running":
      return WHILE_RUNNING.has(field);
    case "finished":
    case "cancelled":
      return WHEN_OVER.has(field);
  }
}

/** The text that explains what is locked, if anything is. */
export function lockedTextKey(status: CampaignStatus): string | null {
  switch (status) {
    case "draft":
    case "scheduled":
      return null;
    case "stopped":
      return "form.lockedStopped";
    case "running":
      return "form.lockedRunning";
    case "finished":
    case "cancelled":
      return "form.lockedDone";
  }
}
