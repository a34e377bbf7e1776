import { ErrorState } from "../../../components/ErrorState";
import { TimelineChart } from "../../../components/TimelineChart";
import { useTranslation } from "../../../lib/i18n";
import { useTimeline } from "../api/get-timeline";
import { Panel } from "./Panel";

export function TimelinePanel({ id, running }: { id: number; running: boolean }) {
  const { t } = useTranslation("campaigns");
  const { data, error, refetch } = useTimeline(id, running);
  return (
    <Panel title={t("timeline.title")}>
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && <TimelineChart timeline={data} empty={t("timeline.empty")} />}
    </Panel>
  );
}
