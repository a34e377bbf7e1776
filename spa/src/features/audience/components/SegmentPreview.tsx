import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";

import { ProblemText } from "../../../components/ProblemText";
import { useFormat } from "../../../lib/format";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useSegmentPreview } from "../api/preview-segment";
import type { Filter } from "./filter-tree";

/** Long enough for a word to be finished, short enough to feel live. */
const PAUSE_MS = 400;

interface Props {
  /** `null` while something is missing. */
  filter: Filter | null;
}

/** How many a filter selects just now, and the first few of them. */
export function SegmentPreview({ filter }: Props) {
  const { t } = useTranslation("audience");
  const { formatNumber } = useFormat();
  const [settled] = useDebouncedValue(filter, PAUSE_MS);
  const { data, error } = useSegmentPreview(settled);
  if (filter === null) return <Text c="dimmed">{t("segments.incomplete")}</Text>;
  if (error) return <ProblemText text={problemText(error)} />;
  return (
    <section aria-label={t("segments.preview")} aria-live="polite">
      {data === undefined ? (
        <Text c="dimmed">{t("segments.counting")}</Text>
      ) : (
        <>
          <Text fw={600}>
            {t("segments.selects", {
              count: data.subscribers,
              formatted: formatNumber(data.subscribers),
              suppressed: formatNumber(data.suppressed),
            })}
          </Text>
          <ul>
            {data.first.map(({ id, email, name }) => (
              <li key={id}>
                {email}
                {name !== "" && <Text span c="dimmed" size="sm">{` ${name}`}</Text>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
