import Crossing
import Vocabulary
import Wire

/// What a venue can be asked for whole: cancel everything of ours, take no more of it.
extension Engine {
    /// The venue's own mass cancel, of all or of one instrument, recorded because it takes a
    /// UserRefNum; kept as an intent while the session is down.
    mutating func massCancel(_ venue: Int, instrument: UInt16 = noIndex16) {
        let bytes = 3 + OUCH.MassCancel.maxLength
        guard unsafe venues[venue].isLoggedIn, unsafe port.gather(slot: venue, bytes: bytes) != nil
        else {
            // The next login flattens; a buffer that is full is tried again by the timer.
            if instrument == noIndex16 { unsafe venues[venue].cancelAllIntent = true }
            return
        }
        let number = takeVenueNumber(venue)
        begin(.cancelReq)
        unsafe scratch.pointee.flags = .massCancel
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.instrument = instrument
        unsafe scratch.pointee.userRefNum = number
        unsafe commit(nil, 0)
        let symbol =
            Int(instrument) < config.instrumentCount
            ? image.instrument(Int(instrument)).symbol : Symbol.blank
        _ = sendMassCancel(venue: venue, userRefNum: number, symbol: symbol)
    }

    /// The rung "venue" of the kill ladder: the venue itself refuses our new orders (OUCH `D`) until
    /// an operator arms it (`E`), whatever happens to this process. Recorded because it takes a
    /// UserRefNum; asked again at each login (``renewEntry(_:)``). While it is off the gate says 105.
    mutating func setEntry(_ venue: Int, disable: Bool) {
        let bytes = 3 + OUCH.Disable.maxLength
        guard venue < config.venueCount, unsafe venues[venue].isLoggedIn,
            unsafe port.gather(slot: venue, bytes: bytes) != nil
        else { return }
        let number = takeVenueNumber(venue)
        begin(.session)
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.userRefNum = number
        unsafe scratch.pointee.detail =
            disable ? SessionEvent.entryDisabled.rawValue : SessionEvent.entryEnabling.rawValue
        unsafe commit(nil, 0)
        _ = sendEntry(venue: venue, userRefNum: number, disable: disable)
    }

    /// Behind the fence of a login: a killed venue is told again; one armed while it was away, too.
    mutating func renewEntry(_ venue: Int) {
        let state = ledger.venue(UInt8(venue))
        if state.killed {
            setEntry(venue, disable: true)
        } else if state.entryOff {
            setEntry(venue, disable: false)
        }
    }
}
