import { Progress, SimpleGrid, Text } from "@mantine/core";

import { DownloadButton } from "../../../components/DownloadButton";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import type { ImportDetail } from "../api/types";

const COUNTS = [
  "rows_read",
  "new",
  "updated",
  "unchanged",
  "suppressed",
  "rejected",
  "removed",
] as const;

/** How far an import is and what became of its rows; of a dry run, what would. */
export function Outcome({ job }: { job: ImportDetail }) {
  const { t } = useTranslation("imports");
  const { formatNumber } = useFormat();
  const running = job.status === "running";
  if (!running && job.rows_read === 0 && job.reason === "") return null;
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">{t(job.dry_run ? "outcome.dry" : "outcome.title")}</h2>
      {job.reason !== "" && <Text c="red">{job.reason}</Text>}
      {running && (
        <>
          <Progress value={job.percent} aria-label={t("outcome.progress")} animated />
          <Text size="sm" c="dimmed" role="status">
            {t("outcome.pace", {
              rate: formatNumber(Math.round(job.rows_per_second ?? 0)),
              seconds: formatNumber(job.seconds_left ?? 0),
            })}
          </Text>
        </>
      )}
      <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }}>
        {COUNTS.filter((name) => name !== "removed" || job.mode === "replace_list").map((name) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {t(`count.${name}`)}
            </Text>
            <Text component="dd" m={0} fw={600} size="lg">
              {formatNumber(job[name])}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {job.rejected > 0 && !running && (
        <DownloadButton
          path={`/api/v1/imports/${job.id}/rejected/`}
          fileName={`import-${job.id}-rejected.csv`}
        >
          {t("outcome.rejected")}
        </DownloadButton>
      )}
    </section>
  );
}
