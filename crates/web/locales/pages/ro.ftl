# Cuvintele paginilor.

page-skip = Salt la conținut
page-nav = Pagini
page-languages = Limba
page-overview = Privire de ansamblu
page-live = În direct
page-volume = Volum
page-speed = Viteză
page-sla = SLA
page-quality = Calitate
page-agents = Agenți
page-conversions = Conversii
page-by = Defalcare: { $name }
page-cut = Tabel după
page-cut-hidden = Acest spațiu de lucru nu arată persoane ([privacy] hide_individuals). Alegeți alt tabel.
page-agents-note = Sub 30 de valori numărul este gri: spune puțin despre o persoană. Unde intervalele de 95 % a doi agenți se suprapun, nu îi clasați.
page-choose = Enter arată aceste zile, Esc anulează
page-rank = locul
page-ranks = Locurile urmează coloana cu săgeată. Cei cu intervale de 95 % care se suprapun împart locul, iar sub 30 de valori nimeni nu are un loc. Punctul este valoarea, linia lui este intervalul de 95 %, iar linia verticală este toată echipa.
page-conversions-note = O vânzare după o conversație este o asociere, nu o dovadă că a fost adusă de conversație.
page-tickets = Tichete
page-definitions = Definiții
page-definition-search = Căutare
page-definition-search-for = Găsiți un KPI
page-definition-none = Niciun KPI nu se potrivește.
page-definition-names = Nume
page-definition-how = Cum se numără
page-definition-clock = Ceas
page-definition-out = Ce este lăsat deoparte
page-definition-guard = De privit alături
page-definition-examples = Exemple calculate
page-definition-formulas = Formule
page-definition-rows = Rândurile din spate
page-definition-clock-both = Timp calendaristic; ore de program dacă se alege programul de lucru.
page-definition-all-kpis = Toți KPI
page-team = Persoane și tokenuri
page-sign-in = Autentificare
page-sign-out = Deconectare
page-sign-in-wrong = Numele sau parola este greșită.
page-sign-in-help = Sunteți nou aici sau ați uitat parola? Un administrator vă poate trimite o invitație.
page-oidc-enter = Autentificare cu { $label }
page-oidc-enter-plain = Autentificare unică
page-oidc-or = sau
page-oidc-lost = Această autentificare a fost deja folosită, a fost începută acum mai mult de zece minute, în alt browser sau la altă adresă. Începeți din nou.
page-oidc-unreachable = Furnizorul de autentificare nu răspunde. Încercați din nou peste o clipă sau folosiți numele și parola.
page-oidc-denied = Furnizorul de autentificare nu v-a permis accesul sau ați anulat. Încercați din nou.
page-oidc-distrusted = Răspunsul furnizorului de autentificare nu este de încredere. Încercați din nou; dacă se repetă, un administrator găsește motivul în jurnalul serviciului.
page-oidc-unconfirmed = Furnizorul de autentificare nu a dat o adresă de e-mail confirmată. Confirmați adresa acolo, apoi încercați din nou.
page-oidc-domain = { $email } este dintr-un domeniu care nu are acces aici. Folosiți contul de serviciu.
page-oidc-role = { $email } nu are niciun rol aici. Un administrator vă poate da unul.
page-oidc-unknown = Nimeni cu numele { $email } nu este cunoscut aici. Un administrator vă poate adăuga.
page-oidc-shut-out = Nu vă mai puteți autentifica aici.
page-oidc-taken = { $email } aparține altui cont al furnizorului de autentificare. Un administrator vă poate ajuta.
page-name = Nume
page-password = Parolă
page-join = Alăturați-vă
page-join-first = Încă nu se poate autentifica nimeni. Alegeți un nume și o parolă: deveniți administrator.
page-join-as = Ați fost invitat. Rolul dumneavoastră: { $role }.
page-join-send = Alăturați-vă
page-join-over = invitația a fost folosită sau a expirat
page-join-over-hint = cereți una nouă; primul administrator o primește repornind serviciul
page-join-name-wrong = Scrieți un nume de 1 până la 100 de caractere.
page-join-name-taken = Numele este deja folosit: alegeți altul.
page-join-password-rule = Cel puțin { $shortest } caractere; o propoziție este potrivită.
page-join-password-wrong = Parola trebuie să aibă cel puțin { $shortest } caractere.
page-role-viewer = Observator: toate cifrele
page-role-agent = Agent: cifrele proprii
page-role-lead = Coordonator
page-role-administrator = Administrator
page-scope-read = Pune întrebări
page-scope-ingest = Trimite evenimente
page-filters = Filtre
page-period = Perioada
page-period-7d = Ultimele 7 zile
page-period-30d = Ultimele 30 de zile
page-period-90d = Ultimele 90 de zile
page-period-week = Săptămâna trecută
page-period-month = Luna trecută
page-period-quarter = Trimestrul trecut
page-period-year = Anul trecut
page-period-this-month = Luna aceasta
page-dates = Date
page-from = De la
page-to = Până la
page-compare = Comparat cu
page-compare-wd = Aceleași zile ale săptămânii
page-compare-prev = Perioada anterioară
page-compare-yoy = Anul anterior
page-compare-elapsed = Aceeași parte trecută
page-compare-off = Nimic
page-business = Ore de program
page-apply = Aplică
page-show = Arată
page-chips = Filtre active
page-chip = { $name }: { $values }
page-chip-without = { $name }: fără { $values }
page-chip-remove = elimină filtrul
page-filter-leaves-out = { $kpis }: lăsate deoparte, deoarece rândurile lor nu au „{ $name }”, după care s-a filtrat.
page-empty = Nu s-a întâmplat nimic în această perioadă cu aceste filtre. Eliminați un filtru sau alegeți altă perioadă.
page-choose-kpi = Alegeți un indicator
page-tickets-heading = { $metric }, { $from } – { $to }
page-tickets-none = Nicio linie nu contează în această perioadă cu aceste filtre.
page-back = Înapoi la privirea de ansamblu
page-began = Început
page-parts = Care linii
page-part-all = Toate
page-part-numerator = Care contează
page-part-rest = Care nu contează
page-counts = contează
page-counts-not = nu contează
page-orders = Ordinea
page-sort-newest = Cele mai noi
page-sort-largest = Cele mai mari
page-sort-smallest = Cele mai mici
page-pages = Paginile listei
page-place = { $first }–{ $last } din { $total }
page-before = Înapoi
page-after = Înainte
page-conversation = Conversația { $id }
page-counted = Cum o numără un indicator
page-status = Ultima stare
page-timeline = Cronologie
page-people = Persoane
page-role = Rol
page-change = Schimbă
page-remove = Elimină
page-remove-name = Elimină pe { $name }
page-you = dumneavoastră
page-agent = Agentul din date
page-agent-missing = rolul de agent are nevoie de agentul din date
page-oneself = nimeni nu se schimbă sau elimină singur: cereți altui administrator
page-invite = Creează o invitație
page-tokens = Tokenurile programelor
page-scopes = Drepturi
page-made = Creat
page-revoke = Revocă
page-revoke-name = Revocă { $name }
page-token-add = Creează un token
page-token-incomplete = un token are nevoie de un nume și cel puțin un drept
page-made-token = Noul token. Este arătat doar acum.
page-made-link = Linkul invitației. Funcționează o dată, în 7 zile, și este arătat doar acum.
page-log = Ce s-a făcut
page-log-at = Când
page-log-who = Cine
page-log-what = Ce
page-log-about = Despre
page-log-from = De unde
page-privacy = Confidențialitate
page-customer-id = Identificatorul clientului
page-forget = Uitarea unui client
page-forget-about = Dispar toate evenimentele lui, tot ce s-a calculat din ele, conversațiile lui în întregime și toate stările anterioare ale datelor. Ce au scris alții rămâne. Copiile din alte locuri, cum ar fi cele de rezervă, nu sunt atinse, iar ce trimite sursa din nou este primit din nou.
page-forget-look = Caută
page-forget-nobody = Nicio stare a datelor nu numește un client { $customer }.
page-forget-earlier = Doar stări anterioare ale datelor au ceva despre el.
page-forget-events =
    { $count ->
        [one] Dispare { $shown } eveniment.
        [few] Dispar { $shown } evenimente.
       *[other] Dispar { $shown } de evenimente.
    }
page-forget-conversations =
    { $count ->
        [one] { $shown } conversație îi aparține.
        [few] { $shown } conversații îi aparțin.
       *[other] { $shown } de conversații îi aparțin.
    }
page-forget-final = Nu se poate reveni; cât timp totul se scrie din nou, noile înregistrări așteaptă.
page-forget-name = Uită { $customer } definitiv
page-forget-empty = scrieți identificatorul unui client, așa cum apare în evenimente
page-forget-goes-on = în curs
page-forgotten-now = A fost uitat. Jurnalul îl numește doar { $mark }.
page-forgotten = Cine a fost uitat, prin rezumate cu cheie
page-forgotten-left = Aceste fișiere încă îl numesc și le puteți schimba doar dumneavoastră: { $files }.
page-forgotten-asked = Cerut
page-forgotten-mark = Rezumat
page-forgotten-first = Prima stare rămasă
page-forgotten-done = Încheiat
page-backup = Copie de rezervă
page-backup-last = Ultima copie de rezervă a început la { $at }.
page-backup-never = Nu s-a făcut încă nicio copie de rezervă.
page-states-kept = Stările anterioare ale datelor pot fi consultate timp de { $span }.
page-states-all = Toate stările anterioare ale datelor se păstrează.
page-backup-about = O face deskgauge backup DOSAR, și în timp ce serviciul rulează.
page-refused-nothing = Nu este nimic aici
page-refused-forbidden = Nu este permis
page-refused-later = Nu acum
page-refused-broken = Ceva s-a stricat
page-refused-question = La aceasta nu se poate răspunde
page-tickets-count =
    { $count ->
        [one] { $shown } linie stă în spatele cifrei
        [few] { $shown } linii stau în spatele cifrei
       *[other] { $shown } de linii stau în spatele cifrei
    }
page-by-more =
    { $count ->
        [one] Încă { $shown } rând nu este arătat: filtrați.
        [few] Încă { $shown } rânduri nu sunt arătate: filtrați.
       *[other] Încă { $shown } de rânduri nu sunt arătate: filtrați.
    }

live-pause = Oprește actualizarea
live-follows = Urmărește ce sosește
live-paused = Oprit
live-lost = Conexiunea s-a pierdut; se reîncearcă
live-plain = Fără scripturi, pagina se reîncarcă la fiecare 30 de secunde
live-newest = cel mai nou eveniment { $at }
live-soon =
    { $count ->
        [one] { $shown } țintă SLA va fi ratată în următoarele { $time } dacă nu intervine nimeni
        [few] { $shown } ținte SLA vor fi ratate în următoarele { $time } dacă nu intervine nimeni
       *[other] { $shown } de ținte SLA vor fi ratate în următoarele { $time } dacă nu intervine nimeni
    }
live-wall = Pe ecranul mare
live-wall-leave = Închide modul de ecran mare
live-so-far = Astăzi până acum
live-today = astăzi
live-week-before = { $day }, cu o săptămână înainte
live-until = până la
live-so-far-text = Cumulat până la { $time }: { $now } astăzi, { $before } pe { $day }, zi care a avut { $all } în total.
live-present = Agenți prezenți
live-agent = Agent
live-presence = Stare
live-since = Din
live-state-available = disponibil
live-state-busy = ocupat
live-state-wrap = încheie o conversație
live-state-break = în pauză
live-state-training = la instruire
