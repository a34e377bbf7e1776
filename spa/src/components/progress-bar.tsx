import type { CampaignStatus } from '../lib/api-types';
import classes from './progress-bar.module.css';

interface ProgressBarProps {
  percent: number;
  status: CampaignStatus;
  label: string;
}

export function ProgressBar({ percent, status, label }: ProgressBarProps) {
  return (
    <div
      className={classes.track}
      data-status={status}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div className={classes.fill} style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
