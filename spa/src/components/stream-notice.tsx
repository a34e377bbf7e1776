import { useTranslation } from 'react-i18next';
import type { StreamState } from '../lib/event-stream';
import classes from './stream-notice.module.css';

/** Says whether the numbers are live. The region is always there: a screen reader announces only its changes. */
export function StreamNotice({ state }: { state: StreamState }) {
  const { t } = useTranslation();
  return (
    <span className={classes.notice} data-state={state} role="status">
      {t(`stream.${state}`)}
    </span>
  );
}
