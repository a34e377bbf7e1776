import { useTranslation } from 'react-i18next';
import type { CampaignStatus } from '../lib/api-types';
import classes from './status-badge.module.css';

export function StatusBadge({ status }: { status: CampaignStatus }) {
  const { t } = useTranslation();
  return (
    <span className={classes.badge} data-status={status}>
      {t(`status.${status}`)}
    </span>
  );
}
