import type { MessageTexts } from './types.ts'

const quoted = (names: readonly string[]): string => names.map((name) => `« ${name} »`).join(', ')

export const fr: MessageTexts = {
  refused: {
    unknown_user: 'Aucun compte n’a cette adresse.',
    own_user: 'Ce compte appartient déjà à votre organisation.',
    domain_not_verified:
      'Votre organisation n’a pas vérifié le domaine de cette adresse. Vérifiez-le, puis importez de nouveau la ligne.',
    unknown_id:
      'Ce n’est ni une adresse e-mail, ni l’identifiant d’un compte que votre organisation peut revendiquer. Indiquez plutôt l’adresse e-mail.',
    domain_claimed_by_other:
      'Une autre organisation a revendiqué le domaine de cette adresse pour elle seule.',
    source_uses_sso:
      'L’organisation de ce compte utilise l’authentification unique (SSO). Ses comptes ne peuvent pas être revendiqués.',
    source_uses_directory_sync:
      'L’organisation de ce compte synchronise son annuaire. Ses comptes ne peuvent pas être revendiqués.',
    claim_open: 'Ce compte est déjà en cours de revendication.',
    directory_sync_enabled:
      'Désactivez la synchronisation de l’annuaire de votre organisation pendant que vous revendiquez des comptes.',
    delayed_not_available:
      'Le contenu de ce compte ne peut pas être transféré : une revendication différée n’est donc pas possible. Choisissez « direct » pour le revendiquer sans son contenu.',
    stale_export:
      'Cette ligne a été exportée avant la modification du réglage qui permet d’emporter les conversations. Exportez de nouveau la liste.',
    unmailable_address:
      'Aucun message ne peut être envoyé à cette adresse : avant le @, elle contient d’autres lettres que a à z, comme é ou ü.',
    invalid_address: 'Ce n’est pas une adresse e-mail que le service peut utiliser.',
    invalid_text:
      'Le texte contient une moitié de caractère (comme un émoji coupé en deux) ou un caractère de contrôle, et ne peut pas être enregistré.',
    busy: 'Ce compte était en cours de modification. Rien n’a été fait. Importez de nouveau la ligne.',
    unknown_organization: 'Cette organisation n’existe pas.',
    cancelled: 'L’importation a été annulée avant le traitement de cette ligne. Rien n’a été fait.',
    file_replaced:
      'Le fichier a été remplacé ou supprimé pendant l’importation. Envoyez de nouveau la ligne.',
  },
  row: {
    noAddress: 'La ligne ne contient ni identifiant d’utilisateur ni adresse e-mail.',
    nothingAsAddress: (text) =>
      `À la place de l’identifiant d’utilisateur ou de l’adresse e-mail, il y a « ${text} ».`,
    secondHeader: 'C’est une deuxième ligne d’en-tête, qui ne désigne personne. Retirez-la.',
    neitherAddressNorId: 'Ce n’est ni une adresse e-mail ni un identifiant d’utilisateur.',
    severalAddresses: 'La cellule contient plusieurs adresses e-mail. Donnez à chacune sa propre ligne.',
    moreThanAddress: 'La cellule contient autre chose que l’adresse e-mail. N’y laissez que l’adresse.',
    notClaimable: 'Ce n’est pas une adresse e-mail qui puisse être revendiquée.',
    claimType: 'Le type de revendication doit être « direct », « delayed » (différé) ou vide.',
    tooManyLicenses: (most) => `La ligne contient plus de ${most} licences.`,
    license: (longest) => `Une licence dépasse ${longest} caractères ou contient un caractère de contrôle.`,
    nameTooLong: (column, longest) => `${column} : plus de ${longest} caractères.`,
    nameControl: (column) => `${column} : un caractère de contrôle s’y trouve.`,
    tooManyCells:
      'La ligne a plus de cellules que l’en-tête. Une cellule sans guillemets contient-elle un séparateur ?',
    strayQuote:
      'Du texte suit un guillemet fermant ("). Doublez un guillemet placé dans une cellule entre guillemets ("").',
    columns: { firstName: 'Prénom', lastName: 'Nom', displayName: 'Nom d’affichage' },
  },
  file: {
    at: ({ line, column }, problem) => `Ligne ${line}, colonne ${column} : ${problem}`,
    noRows: 'le fichier n’a aucune ligne sous son en-tête.',
    notText: 'le fichier n’est pas du texte : ce n’est donc pas un fichier CSV.',
    formats: {
      zipped:
        'le fichier est un classeur ou un autre fichier ZIP. Enregistrez-le au format « CSV UTF-8 » et envoyez-le de nouveau.',
      excel97:
        'le fichier est un classeur Excel 97. Enregistrez-le au format « CSV UTF-8 » et envoyez-le de nouveau.',
      pdf: 'le fichier est un PDF. Enregistrez la liste au format « CSV UTF-8 » et envoyez-la de nouveau.',
      compressed:
        'le fichier est compressé. Enregistrez la liste au format « CSV UTF-8 » et envoyez-la de nouveau.',
    },
    encoding:
      'le texte n’est pas en UTF-8. Enregistrez le fichier au format « CSV UTF-8 » et envoyez-le de nouveau.',
    delimiter: 'le séparateur doit être une virgule, un point-virgule ou une tabulation.',
    strayQuote: 'du texte suit un guillemet fermant (").',
    unclosedQuote: 'un guillemet (") est ouvert ici et n’est jamais fermé.',
    rowTooLong: (longestKiB) => `la ligne dépasse ${longestKiB} Kio. Un guillemet (") n’est-il pas fermé ?`,
    tooManyColumns: (most) => `la ligne a plus de ${most} colonnes.`,
    twice: (column, name) => `la colonne ${column} est déjà « ${name} ». Retirez l’une des deux.`,
    noNames: 'aucune colonne de l’en-tête n’a de nom.',
    addressColumn: 'Adresse e-mail',
    noAddressColumn: (shown, more) =>
      `aucune des colonnes trouvées (${quoted(shown)}${more > 0 ? ` et ${more} autres` : ''}) n’est connue pour contenir les adresses.`,
    nameIt: (name, others) =>
      `Nommez « ${name} » la colonne des adresses${others.length === 0 ? '' : ` (${quoted(others)} conviennent aussi)`} et envoyez de nouveau le fichier.`,
  },
  import: {
    unknownOrganization: (orgId) => `L’organisation « ${orgId} » n’existe pas.`,
    missed:
      'Rien n’a été envoyé avant l’expiration du formulaire. Demandez-en un nouveau et utilisez-le pour envoyer le fichier.',
    misplaced:
      'Le fichier ne se trouve sous aucune organisation existante. Personne n’en est informé et rien n’a été importé.',
    replaced: 'Le fichier a été remplacé ou supprimé avant d’être lu. Rien n’a été importé.',
    stalled:
      'Le fichier n’a pas pu être lu jusqu’au bout, malgré plusieurs essais. Rien n’a été importé. Envoyez-le de nouveau.',
  },
  sync: {
    replaced: 'Le fichier a été remplacé ou supprimé avant d’être lu. Aucun compte n’a été modifié.',
    stalled:
      'L’annuaire n’a pas pu être comparé, malgré plusieurs essais. Aucun compte n’a été modifié. Relancez la synchronisation.',
    noOrganization: 'L’organisation n’existe plus.',
    unreadableRows: (rows, lines, more) =>
      `Aucune adresse e-mail n’a pu être lue dans ${rows} lignes (lignes ${lines.join(', ')}${more > 0 ? ` et ${more} autres` : ''}). Les comptes de ces personnes seraient désactivés. Aucun compte n’a donc été modifié.`,
  },
}
