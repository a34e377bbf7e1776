import { Button, Skeleton } from "@mantine/core";

import { ErrorState } from "../../../components/ErrorState";
import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useReconciliation } from "../api/get-reconciliation";
import type { Reconciliation as Result } from "../api/types";
import { Panel } from "./Panel";
import classes from "./Reconciliation.module.css";

export function Reconciliation({ id, running }: { id: number; running: boolean }) {
  const { t } = useTranslation("campaigns");
  const { data, error, isFetching, refetch } = useReconciliation(id, running);
  return (
    <Panel
      title={t("reconciliation.title")}
      actions={
        <Button
          variant="default"
          size="compact-sm"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t("reconciliation.check")}
        </Button>
      }
    >
      {!data && error && <ErrorState error={error} />}
      {!data && !error && <Skeleton height={40} aria-label={t("reconciliation.checking")} />}
      {data && <Verdict result={data} />}
    </Panel>
  );
}

function Verdict({ result }: { result: Result }) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  if (result.consistent) {
    return (
      <>
        <p className={classes.verdict} data-consistent>
          {t("reconciliation.consistent")}
        </p>
        <p className={classes.text}>
          {t("reconciliation.consistentText", {
            count: result.ledger.total,
            formatted: formatNumber(result.ledger.total),
          })}
        </p>
      </>
    );
  }
  return (
    <>
      <p className={classes.verdict} role="alert">
        {t("reconciliation.inconsistent")}
      </p>
      <p className={classes.text}>{t("reconciliation.inconsistentText")}</p>
      <Differences differences={result.differences} />
    </>
  );
}

function Differences({ differences }: Pick<Result, "differences">) {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const { formatNumber } = useFormat();
  return (
    <table className={classes.table}>
      <caption>{t("reconciliation.differences")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("reconciliation.status")}</th>
          <th scope="col">{t("reconciliation.tally")}</th>
          <th scope="col">{t("reconciliation.ledger")}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(differences).map(([status, { tally, ledger }]) => (
          <tr key={status}>
            <th scope="row">
              {status === "total" ? t("page.total") : common(`delivery.${status}`)}
            </th>
            <td>{formatNumber(tally)}</td>
            <td>{formatNumber(ledger)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
