import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { PageTitle } from '../components/page-title';
import { ErrorState } from '../components/states';
import { Frame } from './frame';

/** Reloads, because what breaks a route is as a rule an outdated chunk after a release. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Frame>
      <PageTitle title={t('state.brokenTitle')} />
      <ErrorState
        error={error}
        onRetry={() => {
          window.location.reload();
        }}
      />
    </Frame>
  );
}
