import type { AudienceFields, BodyKind, Campaign, CampaignWrite, TransportName } from "../api/types";
import { asDocument, emptyDocument, type VisualDocument } from "./editor/visual-document";

export type FieldName = keyof CampaignWrite;

/** In the order in which the form shows them. */
export const FIELDS = [
  "name",
  "subject",
  "preheader",
  "from_name",
  "from_email",
  "body_kind",
  "layout",
  "body",
  "text_derived",
  "body_text",
  "lists",
  "segments",
  "excluded_lists",
  "excluded_segments",
  "sample_size",
  "sample_percent",
  "transport",
  "rate_limit",
  "is_public",
] as const satisfies readonly FieldName[];

/** What may be changed now, as the API says; everything of a campaign that is not there yet. */
export function editableFields(campaign: Campaign | null): ReadonlySet<string> {
  return new Set(campaign?.editable_fields ?? FIELDS);
}

/** Whether the public page shows a campaign: as the installation says, or whatever it says. */
export type PublicChoice = "default" | "shown" | "hidden";

/** What the fields hold: Mantine's choose among strings, and an empty number is a string. */
export interface FormValues {
  name: string;
  subject: string;
  from_name: string;
  from_email: string;
  preheader: string;
  body_kind: BodyKind;
  /** A document of blocks for `visual`, text for the others. */
  body: VisualDocument | string;
  /** An id, empty for none, `default` while a new campaign has not got one. */
  layout: string;
  text_derived: boolean;
  body_text: string;
  lists: string[];
  segments: string[];
  excluded_lists: string[];
  excluded_segments: string[];
  sample_size: number | string;
  sample_percent: number | string;
  transport: TransportName;
  rate_limit: number | string;
  is_public: PublicChoice;
}

export function publicChoiceOf(isPublic: Campaign["is_public"]): PublicChoice {
  if (isPublic === null) return "default";
  return isPublic ? "shown" : "hidden";
}

function bodyOf(campaign: Campaign | null): FormValues["body"] {
  if (!campaign) return emptyDocument();
  if (campaign.body_kind === "visual") return asDocument(campaign.body);
  return typeof campaign.body === "string" ? campaign.body : "";
}

export function valuesOf(campaign: Campaign | null): FormValues {
  return {
    name: campaign?.name ?? "",
    subject: campaign?.subject ?? "",
    from_name: campaign?.from_name ?? "",
    from_email: campaign?.from_email ?? "",
    preheader: campaign?.preheader ?? "",
    body_kind: campaign?.body_kind ?? "visual",
    body: bodyOf(campaign),
    layout: campaign ? String(campaign.layout ?? "") : "default",
    text_derived: campaign?.text_derived ?? true,
    body_text: campaign?.body_text ?? "",
    lists: (campaign?.lists ?? []).map(String),
    segments: (campaign?.segments ?? []).map(String),
    excluded_lists: (campaign?.excluded_lists ?? []).map(String),
    excluded_segments: (campaign?.excluded_segments ?? []).map(String),
    sample_size: campaign?.sample_size ?? "",
    sample_percent: campaign?.sample_percent ?? "",
    transport: campaign?.transport ?? "database",
    rate_limit: campaign?.rate_limit ?? "",
    is_public: publicChoiceOf(campaign?.is_public ?? null),
  };
}

/** What is said and how, as the API takes it. */
export function contentOf(values: FormValues) {
  const { subject, preheader, body_kind, body, layout, text_derived, body_text } = values;
  // Plain text is its own body; a text that follows from the HTML is nobody's to send.
  const isOwnText = body_kind !== "plain" && !text_derived;
  return {
    subject,
    preheader,
    body_kind,
    body: typeof body === "string" ? body : { ...body },
    ...(body_kind !== "plain" && layout !== "default" && { layout: layout ? Number(layout) : null }),
    ...(body_kind !== "plain" && { text_derived }),
    ...(isOwnText && { body_text }),
  };
}

export function writeOf(values: FormValues): CampaignWrite {
  const { name, from_name, from_email, transport, rate_limit, is_public } = values;
  return {
    name,
    from_name,
    from_email,
    ...contentOf(values),
    ...audienceOf(values),
    transport,
    is_public: is_public === "default" ? null : is_public === "shown",
    rate_limit: numberOf(rate_limit),
  };
}

/** What makes up the audience, as the API takes it. */
export function audienceOf(values: FormValues): Required<AudienceFields> {
  return {
    lists: values.lists.map(Number),
    segments: values.segments.map(Number),
    excluded_lists: values.excluded_lists.map(Number),
    excluded_segments: values.excluded_segments.map(Number),
    sample_size: numberOf(values.sample_size),
    sample_percent: numberOf(values.sample_percent),
  };
}

function numberOf(value: number | string): number | null {
  return value === "" ? null : Number(value);
}

/** What a body is built from goes together, or a part would be read as another kind's. */
const OF_BODY: ReadonlySet<string> = new Set([
  "body_kind",
  "body",
  "layout",
  "text_derived",
  "body_text",
]);

export function changesOf(
  values: FormValues,
  isDirty: (field: keyof FormValues) => boolean,
): Partial<CampaignWrite> {
  const write = writeOf(values);
  const isBodyDirty = isDirty("body") || isDirty("body_kind");
  const isSent = (field: keyof FormValues) =>
    field in write && (isDirty(field) || (isBodyDirty && OF_BODY.has(field)));
  return Object.fromEntries(FIELDS.filter(isSent).map((field) => [field, write[field]]));
}
