import { line } from '../line.ts'
import { decisionsEs } from './decisions/es.ts'
import type { MailTexts } from './types.ts'

export const es: MailTexts = {
  greeting: (firstName) => (firstName === undefined ? line`Hola:` : line`Hola, ${firstName}:`),
  unnamedOrganization: 'Su organización',
  instant: (date, time, zone) => `${date} a las ${time} (${zone})`,
  sender: {
    sentFor: ({ product, org }) => line`${product} le envía este mensaje en nombre de ${org}.`,
    ask: ({ org, contact }) => line`¿Preguntas? Contacte con ${org}: ${contact}`,
    help: ({ product, support }) => line`Ayuda de ${product}: ${support}`,
    doubtHeading: line`¿Duda de que este mensaje sea auténtico?`,
    doubt: ({ product, org, host }) =>
      line`Entonces no use el enlace. Pregunte a ${org} o abra ${product} como siempre: al iniciar sesión se le hará la misma pregunta. El enlace de este mensaje lleva a ${host}.`,
  },
  noPassword: line`Nunca le pedimos la contraseña por correo. Si un mensaje lo hace, no es nuestro.`,
  noPasswordByLink: line`Nunca le pedimos la contraseña por correo, y la página del enlace tampoco se la pide.`,
  whyThisMail: ({ org, address }) =>
    line`Recibe este mensaje porque ${org} ha reclamado la cuenta con la dirección ${address}.`,
  linkAsText: line`Si el botón no funciona, abra esta dirección en su navegador:`,

  claim: {
    claimed: ({ org, address, domain, createdAt }) =>
      line`El ${createdAt}, ${org} reclamó la cuenta con la dirección ${address}. Puede hacerlo porque ha demostrado que el dominio ${domain} es suyo.`,
    situation: {
      direct: ({ org }) =>
        line`Ahora tiene en ${org} una cuenta nueva con esta dirección. Su cuenta antigua sigue existiendo con todo su contenido, pero sin esta dirección. Usted decide qué pasa con ella.`,
      delayed: ({ org, endsAt }) =>
        line`Hasta el ${endsAt}, usted decide qué pasa con esa cuenta, su cuenta antigua. Si no elige nada, en ese momento todo su contenido pasa a su cuenta nueva en ${org}.`,
    },
    situationWithoutOld: ({ org }) =>
      line`Ahora tiene en ${org} una cuenta nueva con esta dirección y puede usarla de inmediato. La cuenta que tenía hasta ahora ya no existe.`,
    optionTitle: {
      change_email: () => line`Conservar su cuenta antigua con otra dirección`,
      transfer_content: ({ org }) => line`Trasladar todo a su cuenta en ${org}`,
      delete_original: () => line`Eliminar su cuenta antigua`,
    },
    optionEffect: {
      direct: {
        change_email: ({ org }) =>
          line`Asigne a su cuenta antigua una dirección personal, que no sea de ${org}. La cuenta conserva todas sus conversaciones, mensajes y archivos.`,
        transfer_content: ({ org }) =>
          line`Todas sus conversaciones pasan a su cuenta en ${org}, con sus mensajes y archivos. ${org} decide cuánto tiempo se conservan allí, a partir de la última actividad. Después se elimina su cuenta antigua.`,
        delete_original: () =>
          line`Su cuenta antigua se elimina con todas sus conversaciones, mensajes y archivos. No se puede deshacer.`,
      },
      delayed: {
        change_email: ({ org }) =>
          line`Asigne a su cuenta antigua una dirección personal, que no sea de ${org}. La cuenta conserva todas sus conversaciones, mensajes y archivos; su cuenta en ${org} empieza vacía.`,
        transfer_content: ({ org }) =>
          line`Todas sus conversaciones pasan de inmediato a su cuenta en ${org}, con sus mensajes y archivos. ${org} decide cuánto tiempo se conservan allí, a partir de la última actividad. Después se elimina su cuenta antigua.`,
        delete_original: ({ org }) =>
          line`Su cuenta antigua se elimina con todas sus conversaciones, mensajes y archivos. No se puede deshacer. Su cuenta en ${org} empieza vacía.`,
      },
    },
    once: line`Solo puede elegir una vez.`,
    paid: line`No puede eliminar su cuenta antigua aquí porque es una cuenta de pago.`,
    nothingToChoose: line`No tiene que elegir nada.`,
    lossHeading: line`Sus conversaciones no se trasladan`,
    lossReason: {
      migration_off: ({ org }) =>
        line`En ${org} no se permite llevarse las conversaciones a la cuenta nueva.`,
      chosen_direct: ({ org }) =>
        line`${org} ha preferido darle la cuenta nueva de inmediato, sin trasladar a ella sus conversaciones.`,
      enterprise_source: () =>
        line`Su cuenta antigua es de otra organización, y de allí no se pueden sacar conversaciones.`,
      created_after_cutoff: () =>
        line`El lugar donde está su cuenta antigua se creó hace muy poco tiempo, por lo que no se pueden trasladar conversaciones desde allí.`,
      other_region: ({ org }) =>
        line`Su cuenta antigua está en una región distinta de la de las cuentas de ${org}, y las conversaciones no pueden pasar de una región a otra.`,
      source_deleted: () =>
        line`La organización en la que estaba su cuenta antigua se ha eliminado, y con ella su cuenta antigua.`,
    },
    lossStaysBehind: () =>
      line`Por eso, sus conversaciones, con sus mensajes y archivos, se quedan en su cuenta antigua. Si esta se elimina, se pierden para siempre.`,
    lossGone: () =>
      line`Por eso se pierden las conversaciones que había en ella, con sus mensajes y archivos.`,
    idleHeading: line`Si no hace nada`,
    idle: {
      direct: () =>
        line`No se elimina ni se traslada nada. Le preguntaremos de nuevo la próxima vez que inicie sesión. Hasta que elija, nadie puede cambiar ni eliminar su cuenta antigua.`,
      delayed: ({ org, endsAt }) =>
        line`El ${endsAt}, todo pasa a ${org}; no se pierde ninguna conversación. Si le parece bien, no tiene que hacer nada. Si inicia sesión antes, le pediremos primero que elija.`,
    },
    mistakeHeading: line`¿Es un error?`,
    mistake: ({ org, endsAt }) =>
      line`Hable con ${org} antes de elegir o de iniciar sesión. Hasta el ${endsAt} puede anular la reclamación, pero solo mientras usted no haya hecho ninguna de las dos cosas.`,
    mistakeWithoutChoice: ({ org }) => line`Póngase en contacto con ${org}.`,
  },

  decision: decisionsEs,

  claimMail: {
    subject: {
      direct: ({ org }) => line`${org} ha reclamado su cuenta: elija qué pasa con la antigua`,
      delayed: ({ org, endsOn }) => line`${org} reclama su cuenta: elija a más tardar el ${endsOn}`,
    },
    subjectWithoutChoice: ({ org }) => line`${org} ha reclamado su cuenta`,
    heading: {
      direct: ({ org }) => line`${org} ha reclamado su cuenta`,
      delayed: ({ org }) => line`${org} reclama su cuenta`,
    },
    choiceHeading: line`Qué puede elegir`,
    button: line`Elegir una opción`,
    opensPage: line`El botón abre una página que explica cada opción. Abrirla no decide nada.`,
    resentSubject: (subject) => line`De nuevo: ${subject}`,
    resent: ({ org }) => line`${org} nos ha pedido que le enviemos este mensaje otra vez.`,
  },

  reminder: {
    daysLeft: (count) =>
      count < 1 ? 'Queda menos de un día' : count === 1 ? 'Queda 1 día' : `Quedan ${count} días`,
    subject: ({ org, daysLeft, endsOn }) => line`${daysLeft}: su cuenta pasa a ${org} el ${endsOn}`,
    heading: ({ org, daysLeft }) => line`${daysLeft} para que su cuenta pase a ${org}`,
    lead: ({ org, endsAt }) =>
      line`Todavía no ha elegido qué debe pasar con esa cuenta, su cuenta antigua, y con todo lo que contiene. Puede hacerlo hasta el ${endsAt}; entonces todo pasa a su cuenta nueva en ${org}.`,
  },

  revoked: {
    subject: ({ org }) => line`${org} ha anulado la reclamación de su cuenta`,
    heading: ({ org }) => line`${org} ha anulado la reclamación de su cuenta`,
    lead: ({ org, address, createdAt, revokedAt }) =>
      line`El ${createdAt}, ${org} reclamó la cuenta con la dirección ${address}. El ${revokedAt} anuló esa reclamación.`,
    meansHeading: line`Qué significa para usted`,
    means: ({ org }) =>
      line`Su cuenta está como antes: con su dirección, sus licencias y todas sus conversaciones, mensajes y archivos. No se ha trasladado nada ni se trasladará. La cuenta que ${org} tenía para usted ya no existe, y los enlaces de nuestros mensajes anteriores han dejado de funcionar.`,
    idle: ({ address }) => line`No tiene que hacer nada. Inicie sesión con ${address}, como siempre.`,
  },

  migrated: {
    subject: ({ org }) => line`Sus conversaciones ya están en su cuenta en ${org}`,
    heading: ({ org }) => line`El traslado a ${org} ha terminado`,
    lead: {
      user: ({ org, address, completedAt }) =>
        line`Usted eligió trasladar todo lo de la cuenta con la dirección ${address} a su cuenta en ${org}. El traslado terminó el ${completedAt}.`,
      schedule: ({ org, address, completedAt }) =>
        line`${org} había reclamado la cuenta con la dirección ${address}, y el plazo para elegir había terminado. Por eso, como se había anunciado, todo se trasladó a su cuenta en ${org}. El traslado terminó el ${completedAt}.`,
    },
    moved: ({ count, number }) => {
      if (count === 0) return line`No había conversaciones que trasladar.`
      if (count === 1) return line`Se ha trasladado ${number} conversación, con sus mensajes y archivos.`
      return line`Se han trasladado ${number} conversaciones, con sus mensajes y archivos.`
    },
    oldAccount: line`En su cuenta antigua no quedaba nada y se ha eliminado.`,
    retentionHeading: line`Cuánto tiempo se conservan las conversaciones`,
    retention: ({ org, days, number }) =>
      days === 1
        ? line`${org} conserva una conversación durante ${number} día desde su última actividad. Después se elimina.`
        : line`${org} conserva una conversación durante ${number} días desde su última actividad. Después se elimina.`,
    retentionUnlimited: ({ org }) =>
      line`Por ahora, ${org} conserva las conversaciones sin límite de tiempo.`,
    idle: ({ org, address }) =>
      line`No tiene que hacer nada. A partir de ahora, ${address} es la dirección de su cuenta en ${org}.`,
  },

  inactive: {
    users: ({ count, number }) => (count === 1 ? line`${number} persona` : line`${number} personas`),
    subject: ({ org, number, count, removedOn }) =>
      count === 1
        ? line`${org}: ${number} cuenta desactivada, se eliminará a partir del ${removedOn}`
        : line`${org}: ${number} cuentas desactivadas, se eliminarán a partir del ${removedOn}`,
    heading: ({ org }) => line`Se han desactivado cuentas en ${org}`,
    lead: ({ org, users, count }) =>
      count === 1
        ? line`Las cuentas de ${org} se compararon con su directorio. ${users} no figuraba en él, y por eso su cuenta se ha desactivado. Con una cuenta desactivada ya no se puede iniciar sesión.`
        : line`Las cuentas de ${org} se compararon con su directorio. ${users} no figuraban en él, y por eso sus cuentas se han desactivado. Con una cuenta desactivada ya no se puede iniciar sesión.`,
    inDays: (count) =>
      count < 1 ? 'En menos de un día' : count === 1 ? 'Dentro de 1 día' : `Dentro de ${count} días`,
    warningSubject: ({ org, number, count, inDays }) =>
      count === 1
        ? line`${inDays} se eliminará ${number} cuenta de ${org}`
        : line`${inDays} se eliminarán ${number} cuentas de ${org}`,
    warningHeading: ({ org, inDays }) => line`${inDays} se eliminarán cuentas de ${org}`,
    warningLead: ({ org, users, count }) =>
      count === 1
        ? line`${users} no figuraba en el directorio de ${org}; su cuenta sigue desactivada.`
        : line`${users} no figuraban en el directorio de ${org}; sus cuentas siguen desactivadas.`,
    next: ({ removedFrom }) =>
      line`A partir del ${removedFrom}, las cuentas desactivadas se eliminarán con todas sus conversaciones, mensajes y archivos. Después, nadie podrá recuperarlos.`,
    namedHeading: line`De quién se trata`,
    more: ({ count, number }) =>
      count === 1
        ? line`Y ${number} persona más, que no se nombra aquí.`
        : line`Y ${number} personas más, que no se nombran aquí.`,
    mistakeHeading: line`¿Es un error?`,
    mistake: ({ org }) =>
      line`Entonces vuelva a incluirlas en el directorio de ${org} y sincronícelo antes de ese momento. Quien vuelva a estar en él recupera su cuenta como era, con todo lo que contiene.`,
    idle: line`Si ya no están, no tiene que hacer nada.`,
  },

  returned: {
    subject: ({ org, count, number }) =>
      count === 1
        ? line`${org}: ${number} mensaje de reclamación no se pudo entregar`
        : line`${org}: ${number} mensajes de reclamación no se pudieron entregar`,
    heading: ({ org }) => line`No se pudieron entregar mensajes de reclamación de ${org}`,
    lead: ({ org, count, number }) =>
      count === 1
        ? line`${number} persona cuya cuenta ha reclamado ${org} no recibió el aviso: el mensaje fue devuelto o se marcó como no deseado.`
        : line`${number} personas cuyas cuentas ha reclamado ${org} no recibieron el aviso: los mensajes fueron devueltos o se marcaron como no deseados.`,
    next: line`No se envía nada más a estas direcciones. Las reclamaciones siguen su curso.`,
    remedyHeading: line`Qué puede hacer`,
    remedy: line`Avise usted a estas personas. Si una dirección vuelve a funcionar, indíquelo en la reclamación; después se puede volver a enviar el mensaje.`,
    button: line`Ver estas reclamaciones`,
  },

  imported: {
    subject: ({ file, claimed, refused }) =>
      line`Importación de ${file} terminada: ${claimed} cuentas reclamadas, ${refused} filas rechazadas`,
    heading: ({ file }) => line`La importación de ${file} ha terminado`,
    lead: ({ file, org }) => line`El archivo ${file}, subido para ${org}, se ha procesado por completo.`,
    cancelledSubject: ({ file, claimed, refused }) =>
      line`Importación de ${file} cancelada: ${claimed} cuentas reclamadas, ${refused} filas rechazadas`,
    cancelledHeading: ({ file }) => line`La importación de ${file} se ha cancelado`,
    cancelledLead: ({ file, org }) =>
      line`La importación del archivo ${file}, subido para ${org}, se ha cancelado. Las filas que aún no se habían procesado cuentan como rechazadas; las cuentas ya reclamadas lo siguen estando.`,
    counts: {
      rowsRead: line`Filas leídas`,
      claimed: line`Cuentas reclamadas`,
      refused: line`Filas rechazadas`,
      unchanged: line`Sin cambios`,
    },
    informed: line`Cada persona cuya cuenta se ha reclamado recibe un mensaje que explica qué pasa y qué puede elegir.`,
    ignored: ({ columns }) =>
      line`Estas columnas del archivo no se han reconocido, así que no se han leído: ${columns}.`,
    lossHeading: line`Contenido que se pierde`,
    lossLead: ({ count, number }) =>
      count === 1
        ? line`Se ha reclamado ${number} cuenta sin su contenido. Este queda en la cuenta antigua y se pierde cuando esa cuenta se elimina.`
        : line`Se han reclamado ${number} cuentas sin su contenido. Este queda en las cuentas antiguas y se pierde cuando esas cuentas se eliminan.`,
    loss: {
      migration_off: ({ number }) => line`${number}: su organización no permite llevarse las conversaciones`,
      chosen_direct: ({ number }) => line`${number}: se pidió una reclamación directa`,
      enterprise_source: ({ number }) => line`${number}: la cuenta era de otra organización`,
      created_after_cutoff: ({ number }) =>
        line`${number}: la organización de la cuenta es demasiado reciente`,
      other_region: ({ number }) => line`${number}: la cuenta se guarda en otra región`,
      source_deleted: ({ number }) => line`${number}: la organización de la cuenta se ha eliminado`,
    },
    reportHeading: line`El informe`,
    reportHas: line`El informe contiene cada fila de su archivo y lo que pasó con ella.`,
    reportToCorrect: line`Corrija en él las filas rechazadas y podrá subir el informe tal cual.`,
    reportComplete: line`No hay nada que corregir.`,
    reportWithLoss: line`También indica qué contenido se pierde.`,
    reportOfCancelled: line`Para seguir con las filas restantes, suba el informe tal cual.`,
    reportButton: line`Descargar el informe`,
    reportEnds: ({ reportEndsAt }) => line`El enlace funciona hasta el ${reportEndsAt}.`,
    failedSubject: ({ file }) =>
      line`La importación de ${file} ha fallado: no se ha reclamado ninguna cuenta`,
    failedHeading: ({ file }) => line`La importación de ${file} ha fallado`,
    failedLead: ({ file, org }) =>
      line`El archivo ${file}, subido para ${org}, no se pudo leer como una lista de usuarios. Se ha rechazado entero: no se ha reclamado ninguna cuenta.`,
    failedReason: line`Qué está mal`,
    failedNext: line`Corrija el archivo y vuelva a subirlo.`,
    why: ({ org }) => line`Recibe este mensaje porque usted administra ${org}.`,
  },
}
