import { line } from '../line.ts'
import { decisionsNl } from './decisions/nl.ts'
import type { MailTexts } from './types.ts'

export const nl: MailTexts = {
  greeting: (firstName) => (firstName === undefined ? line`Hallo,` : line`Hallo ${firstName},`),
  unnamedOrganization: 'Je organisatie',
  instant: (date, time, zone) => `${date} om ${time} ${zone}`,
  sender: {
    sentFor: ({ product, org }) => line`${product} stuurt je deze mail namens ${org}.`,
    ask: ({ org, contact }) => line`Vragen? Neem contact op met ${org}: ${contact}`,
    help: ({ product, support }) => line`Hulp bij ${product}: ${support}`,
    doubtHeading: line`Twijfel je of deze mail echt is?`,
    doubt: ({ product, org, host }) =>
      line`Gebruik de link dan niet. Vraag het na bij ${org}, of open ${product} zoals je altijd doet: als je daar inlogt, krijg je dezelfde vraag. De link in deze mail gaat naar ${host}.`,
  },
  noPassword: line`We vragen je nooit per e-mail om je wachtwoord. Doet een mail dat wel, dan komt die niet van ons.`,
  noPasswordByLink: line`We vragen je nooit per e-mail om je wachtwoord, en de pagina achter de link vraagt er ook niet om.`,
  whyThisMail: ({ org, address }) =>
    line`Je krijgt deze mail omdat ${org} het account met het adres ${address} heeft geclaimd.`,
  linkAsText: line`Werkt de knop niet? Open dan dit adres in je browser:`,

  claim: {
    claimed: ({ org, address, domain, createdAt }) =>
      line`Op ${createdAt} heeft ${org} het account met het adres ${address} geclaimd. Dat kan, omdat ${org} heeft aangetoond dat het domein ${domain} bij de organisatie hoort.`,
    situation: {
      direct: ({ org }) =>
        line`Je hebt nu een nieuw account met dit adres bij ${org}. Je oude account bestaat nog, met alles erin, maar zonder dit adres. Wat ermee gebeurt, bepaal jij.`,
      delayed: ({ org, endsAt }) =>
        line`Tot ${endsAt} bepaal jij wat er met dat account, je oude account, gebeurt. Kies je niets, dan gaat alles erin naar je nieuwe account bij ${org}.`,
    },
    situationWithoutOld: ({ org }) =>
      line`Je hebt nu een nieuw account met dit adres bij ${org}, en je kunt het meteen gebruiken. Het account dat je tot nu toe had, bestaat niet meer.`,
    optionTitle: {
      change_email: () => line`Je oude account houden, met een ander adres`,
      transfer_content: ({ org }) => line`Alles naar je account bij ${org} verhuizen`,
      delete_original: () => line`Je oude account verwijderen`,
    },
    optionEffect: {
      direct: {
        change_email: ({ org }) =>
          line`Je geeft je oude account een privéadres, dus geen adres van ${org}. Het houdt al je gesprekken, berichten en bestanden.`,
        transfer_content: ({ org }) =>
          line`Al je gesprekken gaan naar je account bij ${org}, met hun berichten en bestanden. ${org} bepaalt hoelang ze worden bewaard, gerekend vanaf de laatste activiteit. Daarna wordt je oude account verwijderd.`,
        delete_original: () =>
          line`Je oude account wordt verwijderd, met al je gesprekken, berichten en bestanden. Dat kan niet ongedaan worden gemaakt.`,
      },
      delayed: {
        change_email: ({ org }) =>
          line`Je geeft je oude account een privéadres, dus geen adres van ${org}. Het houdt al je gesprekken, berichten en bestanden; je account bij ${org} begint leeg.`,
        transfer_content: ({ org }) =>
          line`Al je gesprekken gaan meteen naar je account bij ${org}, met hun berichten en bestanden. ${org} bepaalt hoelang ze worden bewaard, gerekend vanaf de laatste activiteit. Daarna wordt je oude account verwijderd.`,
        delete_original: ({ org }) =>
          line`Je oude account wordt verwijderd, met al je gesprekken, berichten en bestanden. Dat kan niet ongedaan worden gemaakt. Je account bij ${org} begint leeg.`,
      },
    },
    once: line`Je kunt maar één keer kiezen.`,
    paid: line`Je oude account verwijderen kan hier niet, omdat het een betaald account is.`,
    nothingToChoose: line`Je hoeft niets te kiezen.`,
    lossHeading: line`Je gesprekken gaan niet mee`,
    lossReason: {
      migration_off: ({ org }) => line`Bij ${org} kun je je gesprekken niet meenemen naar je nieuwe account.`,
      chosen_direct: ({ org }) =>
        line`${org} heeft ervoor gekozen je het nieuwe account meteen te geven, zonder je gesprekken mee te verhuizen.`,
      enterprise_source: () =>
        line`Je oude account is van een andere organisatie, en gesprekken kunnen daar niet uit worden verhuisd.`,
      created_after_cutoff: () =>
        line`De omgeving van je oude account is te kort geleden aangemaakt om gesprekken eruit te verhuizen.`,
      other_region: ({ org }) =>
        line`Je oude account wordt in een andere regio bewaard dan de accounts van ${org}, en gesprekken kunnen niet van de ene regio naar de andere.`,
      source_deleted: () =>
        line`De organisatie waar je oude account in zat, is verwijderd, en je oude account daarmee ook.`,
    },
    lossStaysBehind: () =>
      line`Je gesprekken, met hun berichten en bestanden, blijven daarom in je oude account. Wordt dat verwijderd, dan ben je ze voorgoed kwijt.`,
    lossGone: () => line`De gesprekken erin, met hun berichten en bestanden, ben je daarom kwijt.`,
    idleHeading: line`Als je niets doet`,
    idle: {
      direct: () =>
        line`Er wordt niets verwijderd en niets verhuisd. We vragen het je opnieuw als je weer inlogt. Tot je hebt gekozen, kan niemand je oude account wijzigen of verwijderen.`,
      delayed: ({ org, endsAt }) =>
        line`Op ${endsAt} gaat alles naar ${org}; er raakt geen gesprek verloren. Vind je dat goed, dan hoef je niets te doen. Log je eerder in, dan vragen we je eerst te kiezen.`,
    },
    mistakeHeading: line`Klopt er iets niet?`,
    mistake: ({ org, endsAt }) =>
      line`Overleg met ${org} voordat je kiest of inlogt. Tot ${endsAt} kan ${org} de claim intrekken, maar alleen zolang je geen van beide hebt gedaan.`,
    mistakeWithoutChoice: ({ org }) => line`Neem contact op met ${org}.`,
  },

  decision: decisionsNl,

  claimMail: {
    subject: {
      direct: ({ org }) => line`${org} heeft je account geclaimd: kies wat er met het oude gebeurt`,
      delayed: ({ org, endsOn }) => line`${org} claimt je account: kies uiterlijk op ${endsOn}`,
    },
    subjectWithoutChoice: ({ org }) => line`${org} heeft je account geclaimd`,
    heading: {
      direct: ({ org }) => line`${org} heeft je account geclaimd`,
      delayed: ({ org }) => line`${org} claimt je account`,
    },
    choiceHeading: line`Wat je kunt kiezen`,
    button: line`Kies wat er gebeurt`,
    opensPage: line`De knop opent een pagina die elke keuze uitlegt. Met het openen ervan kies je nog niets.`,
    resentSubject: (subject) => line`Nogmaals: ${subject}`,
    resent: ({ org }) => line`${org} heeft ons gevraagd je deze mail nog eens te sturen.`,
  },

  reminder: {
    daysLeft: (count) =>
      count < 1 ? 'Nog minder dan een dag' : count === 1 ? 'Nog 1 dag' : `Nog ${count} dagen`,
    subject: ({ org, daysLeft, endsOn }) => line`${daysLeft}: je account gaat op ${endsOn} naar ${org}`,
    heading: ({ org, daysLeft }) => line`${daysLeft} en je account gaat naar ${org}`,
    lead: ({ org, endsAt }) =>
      line`Je hebt nog niet gekozen wat er met dat account, je oude account, en alles erin moet gebeuren. Dat kan nog tot ${endsAt}; dan verhuist alles naar je nieuwe account bij ${org}.`,
  },

  revoked: {
    subject: ({ org }) => line`${org} heeft de claim op je account ingetrokken`,
    heading: ({ org }) => line`${org} heeft de claim op je account ingetrokken`,
    lead: ({ org, address, createdAt, revokedAt }) =>
      line`Op ${createdAt} heeft ${org} het account met het adres ${address} geclaimd. Op ${revokedAt} is die claim ingetrokken.`,
    meansHeading: line`Wat dat voor je betekent`,
    means: ({ org }) =>
      line`Je account is zoals het voor de claim was: met het adres, de licenties en al je gesprekken, berichten en bestanden. Er is niets verhuisd en dat gebeurt ook niet meer. Het account dat ${org} voor je had, bestaat niet meer, en de links in onze eerdere mails werken niet meer.`,
    idle: ({ address }) => line`Je hoeft niets te doen. Log in met ${address}, zoals je gewend was.`,
  },

  migrated: {
    subject: ({ org }) => line`Je gesprekken staan nu in je account bij ${org}`,
    heading: ({ org }) => line`De verhuizing naar ${org} is klaar`,
    lead: {
      user: ({ org, address, completedAt }) =>
        line`Je hebt ervoor gekozen alles uit het account met het adres ${address} naar je account bij ${org} te verhuizen. Dat was op ${completedAt} klaar.`,
      schedule: ({ org, address, completedAt }) =>
        line`${org} had het account met het adres ${address} geclaimd, en de tijd om te kiezen wat ermee gebeurt, was voorbij. Daarom is alles naar je account bij ${org} gegaan, zoals aangekondigd. Dat was op ${completedAt} klaar.`,
    },
    moved: ({ count, number }) => {
      if (count === 0) return line`Er waren geen gesprekken om te verhuizen.`
      if (count === 1) return line`Er is ${number} gesprek verhuisd, met de berichten en bestanden erin.`
      return line`Er zijn ${number} gesprekken verhuisd, met hun berichten en bestanden.`
    },
    oldAccount: line`In je oude account zat niets meer; het is verwijderd.`,
    retentionHeading: line`Hoelang gesprekken worden bewaard`,
    retention: ({ org, days, number }) =>
      days === 1
        ? line`${org} bewaart een gesprek tot ${number} dag na de laatste activiteit erin. Daarna wordt het verwijderd.`
        : line`${org} bewaart een gesprek tot ${number} dagen na de laatste activiteit erin. Daarna wordt het verwijderd.`,
    retentionUnlimited: ({ org }) => line`Op dit moment bewaart ${org} gesprekken zonder tijdslimiet.`,
    idle: ({ org, address }) =>
      line`Je hoeft niets te doen. Vanaf nu is ${address} het adres van je account bij ${org}.`,
  },

  inactive: {
    users: ({ count, number }) => (count === 1 ? line`${number} gebruiker` : line`${number} gebruikers`),
    subject: ({ org, number, count, removedOn }) =>
      count === 1
        ? line`${org}: ${number} gebruiker op inactief gezet, verwijdering vanaf ${removedOn}`
        : line`${org}: ${number} gebruikers op inactief gezet, verwijdering vanaf ${removedOn}`,
    heading: ({ org }) => line`Gebruikers van ${org} zijn op inactief gezet`,
    lead: ({ org, users, count }) =>
      count === 1
        ? line`De gebruikers zijn vergeleken met de directory van ${org}. Daarin ontbrak ${users}; dat account is op inactief gezet. Wie inactief is, kan niet meer inloggen.`
        : line`De gebruikers zijn vergeleken met de directory van ${org}. Daarin ontbraken ${users}; hun accounts zijn op inactief gezet. Wie inactief is, kan niet meer inloggen.`,
    inDays: (count) => (count < 1 ? 'Binnen een dag' : count === 1 ? 'Over 1 dag' : `Over ${count} dagen`),
    warningSubject: ({ org, number, count, inDays }) =>
      count === 1
        ? line`${inDays} wordt ${number} gebruiker van ${org} verwijderd`
        : line`${inDays} worden ${number} gebruikers van ${org} verwijderd`,
    warningHeading: ({ org, inDays }) => line`${inDays} worden gebruikers van ${org} verwijderd`,
    warningLead: ({ org, users, count }) =>
      count === 1
        ? line`In de directory van ${org} ontbrak ${users}; dat account is nog altijd inactief.`
        : line`In de directory van ${org} ontbraken ${users}; hun accounts zijn nog altijd inactief.`,
    next: ({ removedFrom }) =>
      line`Vanaf ${removedFrom} worden de inactieve accounts verwijderd, met al hun gesprekken, berichten en bestanden. Daarna kan niemand ze terughalen.`,
    namedHeading: line`Om wie het gaat`,
    more: ({ count, number }) =>
      count === 1
        ? line`En nog ${number}, die hier niet wordt genoemd.`
        : line`En nog ${number}, die hier niet worden genoemd.`,
    mistakeHeading: line`Klopt dat niet?`,
    mistake: ({ org }) =>
      line`Zet ze dan terug in de directory van ${org} en synchroniseer die vóór dat moment. Wie er weer in staat, krijgt het account terug zoals het was, met alles erin.`,
    idle: line`Werken ze er niet meer, dan hoef je niets te doen.`,
  },

  returned: {
    subject: ({ org, count, number }) =>
      count === 1
        ? line`${org}: ${number} mail over een claim kwam niet aan`
        : line`${org}: ${number} mails over claims kwamen niet aan`,
    heading: ({ org }) => line`Mails over claims van ${org} kwamen niet aan`,
    lead: ({ org, count, number }) =>
      count === 1
        ? line`${number} persoon van wie ${org} het account heeft geclaimd, is niet bereikt: de mail kwam terug of was niet gewenst.`
        : line`${number} mensen van wie ${org} het account heeft geclaimd, zijn niet bereikt: de mails kwamen terug of waren niet gewenst.`,
    next: line`We sturen niets meer naar deze adressen. De claims lopen gewoon door.`,
    remedyHeading: line`Wat je kunt doen`,
    remedy: line`Vertel het deze mensen zelf. Werkt een adres weer, geef dat dan aan bij de claim; daarna kan de mail opnieuw worden verstuurd.`,
    button: line`Bekijk deze claims`,
  },

  imported: {
    subject: ({ file, claimed, refused }) =>
      line`Import van ${file} is klaar: ${claimed} geclaimd, ${refused} geweigerd`,
    heading: ({ file }) => line`De import van ${file} is klaar`,
    lead: ({ file, org }) => line`Het bestand ${file}, geüpload voor ${org}, is volledig verwerkt.`,
    cancelledSubject: ({ file, claimed, refused }) =>
      line`Import van ${file} is geannuleerd: ${claimed} geclaimd, ${refused} geweigerd`,
    cancelledHeading: ({ file }) => line`De import van ${file} is geannuleerd`,
    cancelledLead: ({ file, org }) =>
      line`De import van het bestand ${file}, geüpload voor ${org}, is geannuleerd. Rijen die nog niet aan de beurt waren, tellen als geweigerd; accounts die al waren geclaimd, blijven geclaimd.`,
    counts: {
      rowsRead: line`Rijen gelezen`,
      claimed: line`Geclaimd`,
      refused: line`Geweigerd`,
      unchanged: line`Ongewijzigd`,
    },
    informed: line`Iedereen die is geclaimd, krijgt een mail met uitleg over wat er gebeurt en wat er te kiezen valt.`,
    ignored: ({ columns }) =>
      line`Deze kolommen van het bestand zijn niet herkend en daarom niet gelezen: ${columns}.`,
    lossHeading: line`Inhoud die verloren gaat`,
    lossLead: ({ count, number }) =>
      count === 1
        ? line`${number} account is geclaimd zonder de inhoud. Die blijft in het oude account en gaat verloren als dat wordt verwijderd.`
        : line`${number} accounts zijn geclaimd zonder hun inhoud. Die blijft in de oude accounts en gaat verloren als die worden verwijderd.`,
    loss: {
      migration_off: ({ number }) =>
        line`${number}: bij je organisatie mogen gebruikers hun gesprekken niet meenemen`,
      chosen_direct: ({ number }) => line`${number}: er is om een directe claim gevraagd`,
      enterprise_source: ({ number }) => line`${number}: het account was van een andere organisatie`,
      created_after_cutoff: ({ number }) =>
        line`${number}: de omgeving van het account is te kort geleden aangemaakt`,
      other_region: ({ number }) => line`${number}: het account wordt in een andere regio bewaard`,
      source_deleted: ({ number }) => line`${number}: de organisatie van het account is verwijderd`,
    },
    reportHeading: line`Het rapport`,
    reportHas: line`In het rapport staat elke rij van je bestand, met wat ermee is gebeurd.`,
    reportToCorrect: line`Verbeter daarin de geweigerde rijen, en je kunt het rapport zo weer uploaden.`,
    reportComplete: line`Er valt niets te verbeteren.`,
    reportWithLoss: line`Ook zie je daarin wiens inhoud verloren gaat.`,
    reportOfCancelled: line`Wil je verder met de rijen die nog niet aan de beurt waren? Upload dan het rapport zoals het is.`,
    reportButton: line`Download het rapport`,
    reportEnds: ({ reportEndsAt }) => line`De link werkt tot ${reportEndsAt}.`,
    failedSubject: ({ file }) => line`Import van ${file} is mislukt: er is niemand geclaimd`,
    failedHeading: ({ file }) => line`De import van ${file} is mislukt`,
    failedLead: ({ file, org }) =>
      line`Het bestand ${file}, geüpload voor ${org}, kon niet als lijst van gebruikers worden gelezen. Het is in zijn geheel geweigerd: er is niemand geclaimd.`,
    failedReason: line`Wat er mis is`,
    failedNext: line`Verbeter het bestand en upload het opnieuw.`,
    why: ({ org }) => line`Je krijgt deze mail omdat je beheerder van ${org} bent.`,
  },
}
