import { type RouteObject, redirect } from 'react-router';
import { PublicPage } from '../features/public-stats/pages/public-page';
import { ensureTexts } from '../lib/i18n';
import { session } from '../lib/session';
import { NotFoundPage } from './not-found-page';
import { PublicLayout } from './public-layout';
import { RouteError } from './route-error';

/** Everything but the public page is fetched when it is visited. */
export const routes: RouteObject[] = [
  {
    path: '/',
    Component: PublicLayout,
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    children: [
      { index: true, Component: PublicPage },
      {
        path: 'sign-in',
        lazy: async () => ({
          Component: (await import('../features/auth/pages/sign-in-page')).SignInPage,
        }),
      },
      {
        path: 'unsubscribe/:token',
        lazy: async () => ({
          Component: (await import('../features/audience/pages/unsubscribe-page')).UnsubscribePage,
        }),
      },
      { path: '*', Component: NotFoundPage },
    ],
  },
  {
    path: '/manage',
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    loader: async ({ request }) => {
      const [{ phase }] = await Promise.all([session.restore(), ensureTexts('manage')]);
      if (phase !== 'signed-out') return null;
      const { pathname, search } = new URL(request.url);
      return redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
    },
    lazy: async () => ({ Component: (await import('./manage-layout')).ManageLayout }),
    children: [
      { index: true, loader: () => redirect('/manage/campaigns') },
      {
        path: 'campaigns',
        lazy: async () => ({
          Component: (await import('../features/campaigns/pages/campaigns-page')).CampaignsPage,
        }),
      },
      {
        path: 'campaigns/new',
        lazy: async () => ({
          Component: (await import('../features/campaigns/pages/create-campaign-page'))
            .CreateCampaignPage,
        }),
      },
      {
        path: 'campaigns/:campaignId',
        lazy: async () => ({
          Component: (await import('../features/campaigns/pages/campaign-page')).CampaignPage,
        }),
      },
      {
        path: 'campaigns/:campaignId/edit',
        lazy: async () => ({
          Component: (await import('../features/campaigns/pages/edit-campaign-page'))
            .EditCampaignPage,
        }),
      },
      {
        path: 'lists',
        lazy: async () => ({
          Component: (await import('../features/audience/pages/lists-page')).ListsPage,
        }),
      },
      {
        path: 'subscribers',
        lazy: async () => ({
          Component: (await import('../features/audience/pages/subscribers-page')).SubscribersPage,
        }),
      },
      {
        path: 'suppressions',
        lazy: async () => ({
          Component: (await import('../features/audience/pages/suppressions-page'))
            .SuppressionsPage,
        }),
      },
      { path: '*', Component: NotFoundPage },
    ],
  },
];
