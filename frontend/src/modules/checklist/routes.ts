import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/standard', name: 'standard', component: () => import('./pages/StandardPage.vue'), meta: { title: 'checklist.standard', action: 'checklist.standard.read', menu: { group: 'checklist', order: 10, kinds: ['company', 'service'] } } },
  { path: '/standard/edit', name: 'standard.edit', component: () => import('./pages/StandardEditPage.vue'), meta: { title: 'checklist.edit', action: 'checklist.standard.publish', parent: 'standard' } },
  { path: '/standard/upgrade', name: 'standard.upgrade', component: () => import('./pages/StandardUpgradePage.vue'), meta: { title: 'checklist.upgrade', action: 'checklist.standard.read', parent: 'standard' } },
  { path: '/standard/compare', name: 'standard.compare', component: () => import('./pages/StandardChangesPage.vue'), meta: { title: 'checklist.compare', action: 'checklist.standard.read', parent: 'standard' } },
  { path: '/standard/:id(\\d+)', name: 'standard.version', component: () => import('./pages/StandardPage.vue'), meta: { title: 'checklist.standard', action: 'checklist.standard.read', parent: 'standard' } },
  { path: '/points', name: 'points', component: () => import('./pages/PointsPage.vue'), meta: { title: 'checklist.points', action: 'checklist.point.list', menu: { group: 'checklist', order: 20, kinds: ['company', 'service'] } } },
  { path: '/points/print', name: 'points.print', component: () => import('./pages/PointLabelsPage.vue'), meta: { title: 'checklist.printTitle', action: 'checklist.point.list', parent: 'points' } },
  { path: '/points/:id(\\d+)', name: 'point', component: () => import('./pages/PointPage.vue'), meta: { title: 'checklist.point', action: 'checklist.point.list', parent: 'points' } },
  { path: '/library', name: 'library', component: () => import('./pages/LibraryPage.vue'), meta: { title: 'checklist.library', action: 'checklist.library.read', menu: { group: 'checklist', order: 30 } } },
  { path: '/library/:code([A-Z0-9]+)', name: 'library.module', component: () => import('./pages/ModulePage.vue'), meta: { title: 'checklist.module', action: 'checklist.library.read', parent: 'library' } },
]
