import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorState, LoadingRows } from '../../../components/states';
import { useFormat } from '../../../lib/format';
import { useReconciliation } from '../api/reconciliation';
import classes from './reconciliation-panel.module.css';

const rows = ['total', 'sent', 'sending', 'pending', 'failed', 'unknown', 'skipped'] as const;

export function ReconciliationPanel({ id }: { id: number }) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const check = useReconciliation(id);
  if (check.isPending) return <LoadingRows rows={1} height={220} />;
  if (check.isError && !check.data) {
    return <ErrorState error={check.error} onRetry={() => void check.refetch()} />;
  }
  const { consistent, tally, ledger } = check.data;
  return (
    <>
      <p className={classes.verdict} data-consistent={consistent} role="status">
        {t(consistent ? 'reconciliation.yes' : 'reconciliation.no')}
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('reconciliation.state')}</th>
            <th scope="col">{t('reconciliation.tally')}</th>
            <th scope="col">{t('reconciliation.ledger')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row} data-differs={tally[row] !== ledger[row] || undefined}>
              <th scope="row">{row === 'total' ? t('reconciliation.total') : t(`delivery.${row}`)}</th>
              <td>{format.number(tally[row])}</td>
              <td>{format.number(ledger[row])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button variant="default" size="xs" mt="sm" loading={check.isFetching} onClick={() => void check.refetch()}>
        {t('reconciliation.again')}
      </Button>
    </>
  );
}
