import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";

import { useFormat } from "../../../lib/format";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useAudiencePreview } from "../api/preview-audience";
import { audienceOf, type FormValues } from "./form-values";

const PAUSE_MS = 400;

/** How many the audience in the form would reach just now. */
export function AudienceCount({ values }: { values: FormValues }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const [settled] = useDebouncedValue(JSON.stringify(audienceOf(values)), PAUSE_MS);
  const { data, error } = useAudiencePreview(JSON.parse(settled));
  return (
    <Text size="sm" fw={600} aria-live="polite">
      {error
        ? problemText(error)
        : data &&
          t("form.audienceCount", {
            count: data.subscribers,
            formatted: formatNumber(data.subscribers),
            suppressed: formatNumber(data.suppressed),
          })}
    </Text>
  );
}
