// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-DiJuel-n.js","/assets/ActivatePage-dWELifoE.css","/assets/CertificateCard-C6NWsZ5h.js","/assets/CheckPage-DdPf-Q06.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cilxlh5V.js","/assets/DeedPage-DEDKi-19.css","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-ijn7OV3J.js","/assets/DutyPage-DSN7wzh2.js","/assets/DutyPage-DTlAli4U.css","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DNkhisF7.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-CwsLVlCv.js","/assets/HazardPage-CMQigJ89.css","/assets/HazardPage-XLbuJzgO.js","/assets/InboxPage-3XFwFC-C.css","/assets/InboxPage-D0Bj-c-K.js","/assets/InstallCard-BxshYalq.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-CscUQYPo.js","/assets/LetterPage-C53zI9qX.css","/assets/LetterPage-GgwIrcOz.js","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-bwEKx-MY.js","/assets/LettersPage-H8pqPcb-.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-D5uXa876.js","/assets/LinkPage-Bnii2_I-.js","/assets/LinkPage-ChGwUM52.css","/assets/LoadedPage-CoqTytW7.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-Ct3CFNah.js","/assets/LoginPage-D8Neg2sb.css","/assets/MainTabs-IVZ97fZ3.css","/assets/MainTabs-p4S6cfcu.js","/assets/MePage-CAKbPXEX.js","/assets/MePage-CdmiUbjZ.css","/assets/PageFrame-C50GC0uS.css","/assets/PageFrame-px75Iy-z.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelCard-CchLmLzL.js","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-DFwYzlVk.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitCard-DzllDUrt.js","/assets/PermitNewPage-BT62svnB.js","/assets/PermitNewPage-BYerg7US.css","/assets/PermitPage-DoUrHYKz.css","/assets/PermitPage-O0AiqbM2.js","/assets/PermitsPage-D-eATI4L.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-BChUo3T1.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-CEmVKGQm.js","/assets/PhraseChips-DkWAZchv.css","/assets/PhraseChips-fHTgqHTc.js","/assets/ProblemNote-BG-14wkU.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-Cb0pDjD9.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-Bsy0uBU8.js","/assets/ReportPage-Cn8jitqc.css","/assets/ScanPage-B0QcM6HP.js","/assets/ScanPage-BRGh214e.css","/assets/ScorePage-CPoMDfg1.css","/assets/ScorePage-Ce7TD7KA.js","/assets/ScoresPage-D-pXYfaK.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-BmmkE0MP.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-BFb9DlS5.css","/assets/SignSheet-hQ4udPgq.js","/assets/SnapPage-Hc45JoiV.js","/assets/TodayPage-BepLf7L4.css","/assets/TodayPage-wEUeHJAC.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-Q9yzYNi1.js","/assets/certificate-BtSOoymT.js","/assets/check-Cr5GDxNC.js","/assets/checkbox-Dm__LFta.css","/assets/checkbox-NZFPtF1V.js","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/duty-BDaayX5o.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-BlLGLgBM.js","/assets/field-CjFOjgVF.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-CX046d2Y.js","/assets/function-call-CuUZinmZ.js","/assets/function-call-DlGStZZ1.js","/assets/hash-C9q1SgCD.js","/assets/hazard-BP7rqSlq.js","/assets/home-gUGkJdHG.js","/assets/import-paf3kKEW.js","/assets/inspection-Q9V13Ygh.js","/assets/interceptor-CRqC_6q0.js","/assets/letter-DNi7XhuW.js","/assets/notice-Dr7yp805.js","/assets/oversight-BP3sB0mG.js","/assets/parts-DmA8Ffu_.js","/assets/performance-Cr2bXcjL.js","/assets/permitServer-BW2zDN-4.js","/assets/popup-BgEPYWpo.js","/assets/proof-DagD9yxx.js","/assets/queue-BUpOJL3D.js","/assets/responsibility-aHlz8XTB.js","/assets/role-4qmkRGEc.js","/assets/say-Cv86Wd3O.js","/assets/selfreport-BUN8g7eV.js","/assets/shell-DHRt073v.js","/assets/signature-BsHaKBIl.css","/assets/signature-m9pB1lsx.js","/assets/staff-C_3oTwEG.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-Bjr-1vAo.css","/assets/style-Bsp-knLV.css","/assets/style-CUdajBvB.js","/assets/style-CZnjg-n5.js","/assets/style-Cn2eSJcX.js","/assets/style-CwLAZR1P.js","/assets/style-D4vPvTRK.css","/assets/style-DPH6jR5B.js","/assets/style-DR5EMOAW.js","/assets/style-DnYcvOhI.css","/assets/style-DpDe5n-P.js","/assets/style-DzuoSuKV.js","/assets/transfer-CVll5vYi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-Bj53VWeh.js","/assets/use-id-DIZh9j0U.js","/assets/useCamera-Dxz8wo1i.js","/assets/useForms-CQyIOIDH.css","/assets/useForms-D0-OiZGZ.js","/assets/useIntent-CJI3lOzb.js","/assets/useLoad-B4WDFcc2.js","/assets/useMe-Bsn4ZUmo.css","/assets/useMe-CYql0mFg.js","/assets/useParcel-DEzOUTm2.js","/assets/usePermit-PnbmoNye.js","/assets/usePosition-Bm_Ii-Pr.js","/assets/usePosition-COyK1ZEs.css","/assets/useQueue-Co8mVJZj.js","/assets/useSaid-DtEqoudB.js","/assets/vue-router-DnoPO45p.js"]
const VERSION = '8275bde55b21'
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
