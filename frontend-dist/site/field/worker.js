// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-CNzEQvnA.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-C6NWsZ5h.js","/assets/CheckPage-BF3HTPny.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-CvlEOmRP.js","/assets/DeedPage-DEDKi-19.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-CD9NM1HQ.js","/assets/DutyPage-ChJDE0wu.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-Cu1nJ4MY.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-Bex2kwq3.js","/assets/HazardPage-C5L1nCz-.js","/assets/HazardPage-CMQigJ89.css","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-Be20BKgl.js","/assets/InstallCard-C2TsE6bN.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-CgmlXle6.js","/assets/LetterPage-BtprhmB2.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-bwEKx-MY.js","/assets/LettersPage-BfFKMu8v.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-D5uXa876.js","/assets/LinkPage-BZnvBYXC.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-D2uXTcgb.css","/assets/LoadedPage-nJyQ3nYU.js","/assets/LoginPage-D8Neg2sb.css","/assets/LoginPage-DvRxDYPU.js","/assets/MainTabs-DJs4oOCh.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-CdmiUbjZ.css","/assets/MePage-DIncIZf4.js","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-hQ1CoHvm.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-yLogtrR-.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-B6itnWHU.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitCard-DzllDUrt.js","/assets/PermitNewPage-8Ee_2b3P.js","/assets/PermitNewPage-BYerg7US.css","/assets/PermitPage-DTwnu-Bi.js","/assets/PermitPage-DoUrHYKz.css","/assets/PermitsPage-B8SRwfOl.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-Dz01_5eR.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BWjMLK2K.js","/assets/PhotoRow-BkhbLOsV.css","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-fHTgqHTc.js","/assets/ProblemNote-BG-14wkU.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-CSZFYsfb.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-Cn8jitqc.css","/assets/ReportPage-DkalK1r8.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-DojEVB_q.js","/assets/ScorePage-BSQgVZvG.js","/assets/ScorePage-CPoMDfg1.css","/assets/ScoresPage-Bqo4sFGK.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-E4OxjJTy.css","/assets/SetUpPage-WnznZhqi.js","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-BonoCUYa.js","/assets/SnapPage-TZuBPmAm.js","/assets/TodayPage-Cj7GH5LX.js","/assets/TodayPage-y3ExbbF4.css","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-Cr5GDxNC.js","/assets/checkbox-CE_3CCtK.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/duty-BDaayX5o.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-BlLGLgBM.js","/assets/field-C_480AWg.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-CRObvqZe.js","/assets/function-call-CcnL358A.js","/assets/hash-C9q1SgCD.js","/assets/hazard-BP7rqSlq.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Q9V13Ygh.js","/assets/interceptor-8QVZFqCj.js","/assets/letter-DNi7XhuW.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/permitServer-BVlIUyJ-.js","/assets/popup-CQPs01b2.js","/assets/proof-DagD9yxx.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-Cv86Wd3O.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DHRt073v.js","/assets/signature-BsHaKBIl.css","/assets/signature-m9pB1lsx.js","/assets/staff-C_3oTwEG.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BXsP0Il2.js","/assets/style-Bjr-1vAo.css","/assets/style-BkDG8GAx.js","/assets/style-Bsp-knLV.css","/assets/style-CAPeHHnQ.js","/assets/style-D4vPvTRK.css","/assets/style-Df9VP1hL.js","/assets/style-DnYcvOhI.css","/assets/style-Sya3Y2AB.js","/assets/style-ovhgpYEK.js","/assets/style-qupD3fut.js","/assets/style-rhUWyhOf.js","/assets/transfer-CVll5vYi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-D3Pt6N7Z.js","/assets/use-id-DIZh9j0U.js","/assets/useCamera-Dxz8wo1i.js","/assets/useForms-CK9yuNps.js","/assets/useForms-CQyIOIDH.css","/assets/useIntent-CJI3lOzb.js","/assets/useLoad-B4WDFcc2.js","/assets/useMe-Bsn4ZUmo.css","/assets/useMe-ZkYODamW.js","/assets/useParcel-BdLOG_Ib.js","/assets/usePermit-DW4jYnU2.js","/assets/usePosition-COyK1ZEs.css","/assets/usePosition-DVWFdTOT.js","/assets/useQueue-osWyPNg1.js","/assets/useSaid-rt6VpTqN.js","/assets/vue-router-DnoPO45p.js"]
const VERSION = '4bf1af4dc788'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
