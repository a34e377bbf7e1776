
import { useTranslation } from "../../../lib/i18n";
import type { FormValues } from "./form-values";

const MAX_RATE = 100_000;

function isRate(value: number | string): boolean {
  const rate = Number(value);
  return value === "" || (Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE);
}

/** What can be told without asking the API; it has the last word. */
export function useFormValidation() {
  const { t } = useTranslation("campaigns");
  const required = (label: string) => (value: string) =>
    value.trim() === "" ? t("form.required", { label: t(`form.${label}`) }) : null;
  return {
    name: required("name"),
    subject: required("subject"),
    from_email: required("fromEmail"),
    body_text: required("bodyText"),
    rate_limit: (value: FormValues["rate_limit"]) => (isRate(value) ? null : t("form.rateRange")),
  };
}
