import type { Campaign, CampaignWrite, TransportName } from "../api/types";

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
    transport: campaign?.transport ?? "database",
    rate_limit: campaign?.rate_limit ?? "",
    is_public: publicChoiceOf(campaign?.is_public ?? null),
  };
}

export function writeOf(values: FormValues): Required<Pick<CampaignWrite, keyof FormValues>> {
  return {
    ...values,
    lists: values.lists.map(Number),
    is_public: values.is_public === "default" ? null : values.is_public === "shown",
    rate_limit: values.rate_limit === "" ? null : Number(values.rate_limit),
  };
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
