import Crossing
import Vocabulary
import Wire

/// The way out of UNKNOWN while the session stays open (semantics.md §2.5): first an Account Query,
/// then a mass cancel of the order's symbol, numbered above everything recorded. Both answers are
/// sequenced, so once one is here every earlier answer is here too, and an order numbered below it
/// without one was never received. The mass cancel also ends what the venue does hold. The symbol is
/// closed to new orders (112) meanwhile, so nobody loses more than what stands there.
extension Engine {
    /// Asks when an order of `venue` is UNKNOWN, nothing is being asked, and the last asking is long
    /// enough ago: twice as long after each one that settled nothing, at most a minute.
    mutating func inquire(_ venue: Int) {
        let session = unsafe venues[venue]
        // What could not be recorded now would prove nothing; the login after an overrun asks anew.
        guard session.state == .open, !overrun.isOn else { return }
        let waitNs = min(config.ackTimeoutNs << Int64(min(session.inquiries, 20)), 60_000_000_000)
        guard nowNs &- session.inquiryNs >= waitNs else { return }
        guard !ledger.firstUnknown(UInt8(venue)).isNone else {
            unsafe venues[venue].inquiry = .none
            unsafe venues[venue].inquiries = 0
            return
        }
        guard sendAccountQuery(venue: venue) else { return }
        unsafe venues[venue].inquiry = .asked
        unsafe venues[venue].inquiryRefNum = ledger.nextUserRefNum(UInt8(venue))
        unsafe venues[venue].inquiryNs = nowNs
        if session.inquiries < .max { unsafe venues[venue].inquiries += 1 }
    }

    /// The venue's next number: what is below it was received, and is answered or over.
    mutating func inquiryAnswered(_ venue: Int, next: UInt32) {
        guard unsafe venues[venue].inquiry == .asked else { return }
        // What was sent after the question is not in the answer, whatever number it names.
        proveAbsence(UInt8(venue), below: min(next, unsafe venues[venue].inquiryRefNum))
        raiseInquiryFence(venue)
    }

    /// Still UNKNOWN: never received, or received and held in silence. The fence settles both.
    private mutating func raiseInquiryFence(_ venue: Int) {
        unsafe venues[venue].inquiry = .none
        let slot = ledger.firstUnknown(UInt8(venue))
        let bytes = 3 + OUCH.MassCancel.maxLength
        guard !slot.isNone, unsafe port.gather(slot: venue, bytes: bytes) != nil else { return }
        let instrument = ledger.order(slot).instrument
        let number = takeVenueNumber(venue)
        begin(.cancelReq)
        unsafe scratch.pointee.flags = .massCancel
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.instrument = instrument
        unsafe scratch.pointee.userRefNum = number
        unsafe commit(nil, 0)
        let symbol = image.instrument(Int(instrument)).symbol
        _ = sendMassCancel(venue: venue, userRefNum: number, symbol: symbol)
        unsafe venues[venue].inquiry = .fenced
        unsafe venues[venue].inquiryRefNum = number
        unsafe venues[venue].inquiryNs = nowNs
    }

    /// The fence is answered: what is numbered below it and still has no answer was never received.
    mutating func inquiryFenceAnswered(_ venue: Int, _ refNum: UInt32) {
        let session = unsafe venues[venue]
        guard session.inquiry == .fenced, refNum == session.inquiryRefNum else { return }
        unsafe venues[venue].inquiry = .none
        proveAbsence(UInt8(venue), below: refNum)
    }
}
