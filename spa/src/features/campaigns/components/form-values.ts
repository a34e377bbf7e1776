import type { AudienceFields, Campaign, CampaignWrite, TransportName } from "../api/types";

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
  body_text: string;
  body_html: string;
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

export function valuesOf(campaign: Campaign | null): FormValues {
  return {
    name: campaign?.name ?? "",
    subject: campaign?.subject ?? "",
    from_name: campaign?.from_name ?? "",
    from_email: campaign?.from_email ?? "",
    body_text: campaign?.body_text ?? "",
    body_html: campaign?.body_html ?? "",
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

export function writeOf(values: FormValues): Required<Pick<CampaignWrite, keyof FormValues>> {
  return {
    ...values,
    ...audienceOf(values),
    is_public: values.is_public === "default" ? null : values.is_public === "shown",
    rate_limit: numberOf(values.rate_limit),
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

export function changesOf(
  values: FormValues,
  isDirty: (field: keyof FormValues) => boolean,
): Partial<CampaignWrite> {
  const write = writeOf(values);
  return Object.fromEntries(
    FIELDS.filter((field) => isDirty(field)).map((field) => [field, write[field]]),
  );
}
